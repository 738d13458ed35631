# SPDX-License-Identifier: Apache-2.0
#
# The rules of ../rules.scarp over the JSON form of bench/site.  A truth is true,
# false or null; a key that is missing was not collected.

def items: if type == "array" then . elif . == null then [] else .items end;
def closed: type == "array";
def negated: if . == null then null else not end;
# Kleene's `any`: $some holds for certain, or $more may hold.
def any_of($some; $more): if $some then true elif $more then null else false end;
def equals($wanted): if . == null then null else . == $wanted end;
def verdict($w; $r):
  if $w == false then "not applicable"
  elif $r == true then "pass"
  elif $w == true and $r == false then "fail"
  else "unknown" end;
def index_by(f): reduce .[] as $x ({}; .[$x | f] = $x);

# Whoever leads to START over MEMBERS.
def reached($members; $start):
  {seen: (reduce $start[] as $id ({}; .[$id] = true)), next: $start}
  | until(.next | length == 0;
      reduce .next[] as $id (.next = [];
        reduce ($members[$id] // [])[] as $m (.;
          if .seen[$m] then . else .seen[$m] = true | .next += [$m] end)))
  | .seen;

(.sites | index_by(.code)) as $site
| (.principals | index_by(.id)) as $principal
| (reduce .principals[] as $p ({};
    reduce ($p.member_of | items)[] as $g (.; .[$g] += [$p.id]))) as $members
| "CONTOSO\\group000000" as $highest
| reached($members; [$highest]) as $must
| reached($members; [$highest] + [.principals[] | select(.member_of | closed | not) | .id]) as $may
| .hosts[]
| . as $h
| (.local_admins | items) as $admins
| (.local_admins | closed) as $known
| (.sessions | items) as $sessions
| (.roles | items) as $roles
| (
    ["peer.scan", true, .smb_signing_required],
    ["peer.guard", (.zone | if . == null then null else . == "perimeter" or . == "management" end),
      (.ntlm_inbound | equals("deny_all"))],
    ["peer.none", (if has("internet_fqdn") then .internet_fqdn != null else null end),
      (.zone | equals("perimeter"))],
    ["peer.text", true, (if has("intranet_fqdn") | not then null
      elif .intranet_fqdn == null then false
      else .intranet_fqdn | test("^h[0-9]*[0-689][.]contoso[.]example$") end)],
    ["peer.version", true, (.os_version | if . == null then null
      else (split(".") | map(tonumber)) >= [10, 0, 17763] end)],
    ["peer.all", true, (any_of(
      any(.volumes | items[]; .file_system != null and .file_system != "ntfs");
      (.volumes | closed | not) or any(.volumes | items[]; .file_system == null)) | negated)],
    ["peer.any", .iis_installed, (any_of(
      (.iis_features | items | index("ftp")) != null; .iis_features | closed | not) | negated)],
    ["peer.count", true, (any_of(($admins | length) > 2; $known | not) | negated)],
    ["peer.alone", any_of(any($roles[]; .kind == "site_server"); .roles | closed | not),
      (any_of(($roles | length) > 1; .roles | closed | not) | negated)],
    ["peer.pairs", true, (any_of(
      any($sessions[]; ($principal[.].member_of | items) as $of
        | any($admins[]; . as $g | $of | index($g) != null));
      (.sessions | closed | not) or (($sessions | length) > 0 and ($known | not))
        or any($sessions[]; $principal[.].member_of as $list | ($list | closed | not)
          and any($admins[]; . as $g | $list | items | index($g) == null))) | negated)],
    ["peer.reach", true, (any_of(any($admins[]; $must[.]);
      ($known | not) or any($admins[]; $may[.])) | negated)]
    | [.[0], verdict(.[1]; .[2]), $h.fqdn]
  ), (
    $roles[]
    | ["peer.link", verdict(.kind == "distribution_point"; $site[.site].mode | equals("https_only")),
      "\($h.fqdn)/\(.kind),\(.site)"]
  )
| select(.[1] == "fail" or .[1] == "unknown")
| join("\t")
