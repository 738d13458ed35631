-- SPDX-License-Identifier: Apache-2.0
-- The CSV files of bench/site, in the folder SITE; an empty cell is NULL.
set threads = 1;
create table host as select fqdn as id, zone, internet_fqdn, intranet_fqdn, ntlm_inbound,
	os_version, smb_signing_required::boolean::int as smb_signing_required,
	iis_installed::boolean::int as iis_installed
	from read_csv('SITE/Host.csv', header = true, all_varchar = true);
create table site as select code as id, mode
	from read_csv('SITE/Site.csv', header = true, all_varchar = true);
create table principal as select id from read_csv('SITE/Principal.csv', header = true, all_varchar = true);
create table role as select "from" as host, kind, site from read_csv('SITE/Host.roles.csv', header = true, all_varchar = true) where kind is not null;
create table role_state as select "from" as id, case when list = 'closed' then 1 else 0 end as closed from read_csv('SITE/Host.roles.csv', header = true, all_varchar = true) where list is not null;
create table volume as select "from" as host, letter, file_system from read_csv('SITE/Host.volumes.csv', header = true, all_varchar = true) where letter is not null;
create table volume_state as select "from" as id, case when list = 'closed' then 1 else 0 end as closed from read_csv('SITE/Host.volumes.csv', header = true, all_varchar = true) where list is not null;
create table local_admins as select "from" as id, "to" as item from read_csv('SITE/Host.local_admins.csv', header = true, all_varchar = true) where "to" is not null;
create table local_admins_state as select "from" as id, case when list = 'closed' then 1 else 0 end as closed from read_csv('SITE/Host.local_admins.csv', header = true, all_varchar = true) where list is not null;
create table sessions as select "from" as id, "to" as item from read_csv('SITE/Host.sessions.csv', header = true, all_varchar = true) where "to" is not null;
create table sessions_state as select "from" as id, case when list = 'closed' then 1 else 0 end as closed from read_csv('SITE/Host.sessions.csv', header = true, all_varchar = true) where list is not null;
create table iis_features as select "from" as id, "to" as item from read_csv('SITE/Host.iis_features.csv', header = true, all_varchar = true) where "to" is not null;
create table iis_features_state as select "from" as id, case when list = 'closed' then 1 else 0 end as closed from read_csv('SITE/Host.iis_features.csv', header = true, all_varchar = true) where list is not null;
create table member_of as select "from" as id, "to" as item from read_csv('SITE/Principal.member_of.csv', header = true, all_varchar = true) where "to" is not null;
create table member_of_state as select "from" as id, case when list = 'closed' then 1 else 0 end as closed from read_csv('SITE/Principal.member_of.csv', header = true, all_varchar = true) where list is not null;
