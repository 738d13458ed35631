-- SPDX-License-Identifier: Apache-2.0
-- What SQLite has of its own: texts and versions, the latter as padded texts.
create temp view host_text as select id, case when intranet_fqdn is null then null
	when intranet_fqdn = 'null' then 0
	else intranet_fqdn regexp '^h[0-9]*[0-689][.]contoso[.]example$' end as named from host;
create temp view host_version as select id, case when os_version is null then null else
	(select group_concat(printf('%010d', value), '.')
		from json_each('[' || replace(os_version, '.', ',') || ']'))
	>= '0000000010.0000000000.0000017763' end as recent from host;
