# SPDX-License-Identifier: Apache-2.0
#
# The rules of ../rules.scarp over the JSON form of bench/site.  A truth is true,
# false or "unknown"; a key that is missing was not collected.
package peer

import rego.v1

truth(given, wanted) := "unknown" if given == null

truth(given, wanted) := given == wanted if given != null

negated(t) := "unknown" if t == "unknown"

negated(t) := t == false if t != "unknown"

# What a list holds, and whether there may be more.
items(thing, list) := thing[list] if is_array(thing[list])

items(thing, list) := thing[list].items if is_object(thing[list])

items(thing, list) := [] if not thing[list]

closed(thing, list) if is_array(thing[list])

# Kleene's `any` over certain elements: SOME holds; MORE may hold.
any_of(some_hold, more) := true if some_hold

any_of(some_hold, more) := "unknown" if {
	not some_hold
	more
}

any_of(some_hold, more) := false if {
	not some_hold
	not more
}

said(thing, name) := object.get(thing, name, null)

when_guard(h) := "unknown" if said(h, "zone") == null

when_guard(h) := h.zone in {"perimeter", "management"}

# `internet_fqdn: null` means that there is none; no key, that nobody looked.
when_none(h) := h.internet_fqdn != null

when_none(h) := "unknown" if object.get(h, "internet_fqdn", "nobody looked") == "nobody looked"

named(h) := false if object.get(h, "intranet_fqdn", "nobody looked") == null

named(h) := "unknown" if object.get(h, "intranet_fqdn", "nobody looked") == "nobody looked"

named(h) := regex.match(`^h[0-9]*[0-689][.]contoso[.]example$`, h.intranet_fqdn) if is_string(h.intranet_fqdn)

recent(h) := "unknown" if said(h, "os_version") == null

recent(h) := [to_number(part) | some part in split(h.os_version, ".")] >= [10, 0, 17763] if h.os_version

default bad_volume(_) := false

bad_volume(h) if {
	some v in items(h, "volumes")
	v.file_system != "ntfs"
}

default perhaps_bad_volume(_) := false

perhaps_bad_volume(h) if not closed(h, "volumes")

perhaps_bad_volume(h) if {
	some v in items(h, "volumes")
	not v.file_system
}

default has_ftp(_) := false

has_ftp(h) if "ftp" in items(h, "iis_features")

default is_open(_, _) := false

is_open(h, list) if not closed(h, list)

more_than(h, list, most) := true if count(items(h, list)) > most

more_than(h, list, most) := "unknown" if {
	count(items(h, list)) <= most
	not closed(h, list)
}

more_than(h, list, most) := false if {
	count(items(h, list)) <= most
	closed(h, list)
}

default serves(_) := false

serves(h) if {
	some r in items(h, "roles")
	r.kind == "site_server"
}

site := {s.code: s | some s in input.sites}

principal := {p.id: p | some p in input.principals}

default met(_) := false

met(h) if {
	some u in items(h, "sessions")
	some g in items(h, "local_admins")
	g in items(principal[u], "member_of")
}

default perhaps_met(_) := false

perhaps_met(h) if not closed(h, "sessions")

perhaps_met(h) if {
	count(items(h, "sessions")) > 0
	not closed(h, "local_admins")
}

perhaps_met(h) if {
	some u in items(h, "sessions")
	some g in items(h, "local_admins")
	not closed(principal[u], "member_of")
	not g in items(principal[u], "member_of")
}

members[group] contains p.id if {
	some p in input.principals
	some group in items(p, "member_of")
}

highest := "CONTOSO\\group000000"

must := graph.reachable(members_of, {highest})

may := graph.reachable(members_of, {highest} | {p.id | some p in input.principals; not closed(p, "member_of")})

members_of := {id: object.get(members, id, set()) | some id, _ in principal}

default ruled(_) := false

ruled(h) if {
	some g in items(h, "local_admins")
	g in must
}

default perhaps_ruled(_) := false

perhaps_ruled(h) if not closed(h, "local_admins")

perhaps_ruled(h) if {
	some g in items(h, "local_admins")
	g in may
}

rules(h) := [
	["peer.scan", true, truth(said(h, "smb_signing_required"), true)],
	["peer.guard", when_guard(h), truth(said(h, "ntlm_inbound"), "deny_all")],
	["peer.none", when_none(h), truth(said(h, "zone"), "perimeter")],
	["peer.text", true, named(h)],
	["peer.version", true, recent(h)],
	["peer.all", true, negated(any_of(bad_volume(h), perhaps_bad_volume(h)))],
	["peer.any", truth(said(h, "iis_installed"), true), negated(any_of(has_ftp(h), is_open(h, "iis_features")))],
	["peer.count", true, negated(more_than(h, "local_admins", 2))],
	["peer.alone", any_of(serves(h), is_open(h, "roles")), negated(more_than(h, "roles", 1))],
	["peer.pairs", true, negated(any_of(met(h), perhaps_met(h)))],
	["peer.reach", true, negated(any_of(ruled(h), perhaps_ruled(h)))],
]

verdict(w, r) := "not applicable" if w == false

verdict(w, r) := "pass" if {
	w != false
	r == true
}

verdict(w, r) := "fail" if {
	w == true
	r == false
}

verdict(w, r) := "unknown" if {
	w == "unknown"
	r != true
}

verdict(w, r) := "unknown" if {
	w == true
	r == "unknown"
}

verdicts contains [rule, verdict(w, r), h.fqdn] if {
	some h in input.hosts
	some [rule, w, r] in rules(h)
}

verdicts contains ["peer.link", verdict(r.kind == "distribution_point", mode), subject] if {
	some h in input.hosts
	some r in items(h, "roles")
	mode := truth(said(site[r.site], "mode"), "https_only")
	subject := concat("", [h.fqdn, "/", r.kind, ",", r.site])
}

answers := [line |
	some v in verdicts
	v[1] in {"fail", "unknown"}
	line := concat("\t", v)
]
