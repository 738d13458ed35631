-- SPDX-License-Identifier: Apache-2.0
--
-- The rules of ../rules.scarp for DuckDB and SQLite alike.  SQL has the same
-- three truths, with NULL as unknown, but EXISTS, WHERE and aggregates take
-- unknown for false: what is certain, what is possible and whether there may be
-- more are counted by hand.  Views of the dialects: duckdb/, sqlite/.

-- What lists hold and how far they go; a host without a row was not looked at.
create temp table admins as
	select h.id, count(a.item) as items, coalesce(max(s.closed), 0) as closed
	from host h left join local_admins a on a.id = h.id and a.item is not null
	left join local_admins_state s on s.id = h.id group by h.id;
create temp table roles_of as
	select h.id, count(r.kind) as items, coalesce(max(s.closed), 0) as closed,
		coalesce(max(case when r.kind = 'site_server' then 1 else 0 end), 0) as serves
	from host h left join role r on r.host = h.id
	left join role_state s on s.id = h.id group by h.id;
create temp table volumes_of as
	select h.id, coalesce(max(s.closed), 0) as closed,
		coalesce(max(case when v.file_system <> 'ntfs' then 1 else 0 end), 0) as bad,
		coalesce(max(case when v.letter is not null and v.file_system is null
			then 1 else 0 end), 0) as unread
	from host h left join volume v on v.host = h.id
	left join volume_state s on s.id = h.id group by h.id;
create temp table ftp_of as
	select h.id, coalesce(max(s.closed), 0) as closed,
		coalesce(max(case when f.item = 'ftp' then 1 else 0 end), 0) as has
	from host h left join iis_features f on f.id = h.id
	left join iis_features_state s on s.id = h.id group by h.id;
create temp table sessions_of as
	select h.id, coalesce(max(s.closed), 0) as closed
	from host h left join sessions_state s on s.id = h.id group by h.id;
create temp table groups_of as
	select p.id, coalesce(max(s.closed), 0) as closed
	from principal p left join member_of_state s on s.id = p.id group by p.id;

-- Pairs of somebody logged on and an administrator: is one in the other?
create temp table pair as
	select s.id, max(case when m.item is not null then 1 else 0 end) as met,
		max(case when m.item is null and g.closed = 0 then 1 else 0 end) as perhaps
	from sessions s join local_admins a on a.id = s.id and a.item is not null
	join groups_of g on g.id = s.item
	left join member_of m on m.id = s.item and m.item = a.item
	where s.item is not null group by s.id;
create temp table logged_on as
	select id, count(item) as items from sessions where item is not null group by id;

-- Who certainly is in the highest group, and who may be.
create temp table must as
	with recursive r(id) as (
		select id from principal where id = 'CONTOSO\group000000'
		union select m.id from member_of m join r on m.item = r.id)
	select id from r;
create temp table may as
	with recursive r(id) as (
		select id from principal where id = 'CONTOSO\group000000'
		union select id from groups_of where closed = 0
		union select m.id from member_of m join r on m.item = r.id)
	select id from r;
create temp table rulers as
	select a.id, max(case when m.id is not null then 1 else 0 end) as certain,
		max(case when y.id is not null then 1 else 0 end) as possible
	from local_admins a left join must m on m.id = a.item
	left join may y on y.id = a.item where a.item is not null group by a.id;

create temp table truth as
	select 'peer.scan' as rule, id as subject, 1 as w, smb_signing_required as r from host
	union all
	select 'peer.guard', id, zone in ('perimeter', 'management'),
		ntlm_inbound = 'deny_all' from host
	union all
	select 'peer.none', id, internet_fqdn <> 'null', zone = 'perimeter' from host
	union all
	select 'peer.text', id, 1, named from host_text
	union all
	select 'peer.version', id, 1, recent from host_version
	union all
	select 'peer.all', id, 1, case when bad = 1 then 0 when unread = 1 or closed = 0
		then null else 1 end from volumes_of
	union all
	select 'peer.any', h.id, iis_installed, case when f.has = 1 then 0
		when f.closed = 0 then null else 1 end from host h join ftp_of f on f.id = h.id
	union all
	select 'peer.count', id, 1, case when items > 2 then 0 when closed = 0 then null
		else 1 end from admins
	union all
	select 'peer.alone', id, case when serves = 1 then 1 when closed = 0 then null
		else 0 end, case when items > 1 then 0 when closed = 0 then null else 1 end
		from roles_of
	union all
	select 'peer.link', r.host || '/' || r.kind || ',' || r.site,
		r.kind = 'distribution_point', s.mode = 'https_only'
		from role r left join site s on s.id = r.site
	union all
	select 'peer.pairs', h.id, 1, case when p.met = 1 then 0
		when h.closed = 0 or p.perhaps = 1 or (l.items > 0 and a.closed = 0)
		then null else 1 end
		from sessions_of h join admins a on a.id = h.id
		left join pair p on p.id = h.id left join logged_on l on l.id = h.id
	union all
	select 'peer.reach', a.id, 1, case when r.certain = 1 then 0
		when r.possible = 1 or a.closed = 0 then null else 1 end
		from admins a left join rulers r on r.id = a.id;

create temp table verdict as
	select rule, subject, case when not w then 'not applicable'
		when r then 'pass' when w and not r then 'fail' else 'unknown' end as verdict
	from truth;
