-- SPDX-License-Identifier: Apache-2.0
.mode list
.separator "\t"
select rule, verdict, '#' || count(*) from verdict group by rule, verdict;
select rule, verdict, subject from verdict where verdict in ('fail', 'unknown');
