-- SPDX-License-Identifier: Apache-2.0
-- The CSV files of bench/site, in the folder SITE; an empty cell becomes NULL.
.mode csv
.import SITE/Host.csv raw_host
.import SITE/Site.csv raw_site
.import SITE/Principal.csv raw_principal
.import SITE/Host.roles.csv raw_roles
.import SITE/Host.volumes.csv raw_volumes
.import SITE/Host.local_admins.csv raw_local_admins
.import SITE/Host.sessions.csv raw_sessions
.import SITE/Host.iis_features.csv raw_iis_features
.import SITE/Principal.member_of.csv raw_member_of
create table host as select fqdn as id, nullif(zone, '') as zone,
	nullif(internet_fqdn, '') as internet_fqdn, nullif(intranet_fqdn, '') as intranet_fqdn,
	nullif(ntlm_inbound, '') as ntlm_inbound, nullif(os_version, '') as os_version,
	case smb_signing_required when 'true' then 1 when 'false' then 0 end as smb_signing_required,
	case iis_installed when 'true' then 1 when 'false' then 0 end as iis_installed
	from raw_host;
create table site as select code as id, nullif(mode, '') as mode from raw_site;
create table principal as select id from raw_principal;
create table role as select "from" as host, kind, site from raw_roles where kind <> '';
create table role_state as select "from" as id, list = 'closed' as closed from raw_roles where list <> '';
create table volume as select "from" as host, letter, nullif(file_system, '') as file_system from raw_volumes where letter <> '';
create table volume_state as select "from" as id, list = 'closed' as closed from raw_volumes where list <> '';
create table local_admins as select "from" as id, "to" as item from raw_local_admins where "to" <> '';
create table local_admins_state as select "from" as id, list = 'closed' as closed from raw_local_admins where list <> '';
create table sessions as select "from" as id, "to" as item from raw_sessions where "to" <> '';
create table sessions_state as select "from" as id, list = 'closed' as closed from raw_sessions where list <> '';
create table iis_features as select "from" as id, "to" as item from raw_iis_features where "to" <> '';
create table iis_features_state as select "from" as id, list = 'closed' as closed from raw_iis_features where list <> '';
create table member_of as select "from" as id, "to" as item from raw_member_of where "to" <> '';
create table member_of_state as select "from" as id, list = 'closed' as closed from raw_member_of where list <> '';
create index role_host on role(host);
create index role_state_id on role_state(id);
create index volume_host on volume(host);
create index volume_state_id on volume_state(id);
create index local_admins_id on local_admins(id);
create index local_admins_state_id on local_admins_state(id);
create index sessions_id on sessions(id);
create index sessions_state_id on sessions_state(id);
create index iis_features_id on iis_features(id);
create index iis_features_state_id on iis_features_state(id);
create index member_of_id on member_of(id, item);
create index member_of_item on member_of(item);
create index member_of_state_id on member_of_state(id);
create index site_id on site(id);
create index host_id on host(id);
create index principal_id on principal(id);
