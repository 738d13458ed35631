-- SPDX-License-Identifier: Apache-2.0
-- What DuckDB has of its own: texts and versions.
create temp view host_text as select id, case when intranet_fqdn is null then null
	when intranet_fqdn = 'null' then 0
	when regexp_matches(intranet_fqdn, '^h[0-9]*[0-689][.]contoso[.]example$') then 1 else 0 end as named from host;
create temp view host_version as select id, case when os_version is null then null
	when list_transform(string_split(os_version, '.'), lambda part: part::int) >= [10, 0, 17763]
	then 1 else 0 end as recent from host;
