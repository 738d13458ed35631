// SPDX-License-Identifier: Apache-2.0
// node csv.mjs FILE: the rows of a CSV file as JSON, by csv-parse, which is
// told to forgive nothing.
import { readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";

console.log(JSON.stringify(parse(readFileSync(process.argv[2], "utf8"), {
	columns: true,
	record_delimiter: "\r\n",
	relax_quotes: false,
	relax_column_count: false,
	trim: false,
})));
