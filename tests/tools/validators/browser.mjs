// SPDX-License-Identifier: Apache-2.0
//
// What headless Chromium says of a file, by programs that others wrote:
//
//	node browser.mjs axe FILE...		axe-core: violations, by colour scheme
//	node browser.mjs mermaid FILE...	mermaid: is it read, and drawn
//	node browser.mjs fits FILE...		cells out of sight, from phone to desk
//	node browser.mjs filtered FILE...	does the printed page say what filters leave out
//
// Prints a line of JSON per file and scheme.  Exit status 0: no fault found.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const require = createRequire(import.meta.url);
const [what, ...files] = process.argv.slice(2);
let faults = 0;

function say(line, isFault) {
	console.log(JSON.stringify(line));
	faults += isFault;
}

// The page's policy lets no script of others in; axe has to get past it.
async function axe(browser, file) {
	const source = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

	for (const colorScheme of ["light", "dark"]) {
		const context = await browser.newContext({ bypassCSP: true, colorScheme });
		const page = await context.newPage();

		await page.goto(pathToFileURL(resolve(file)).href);
		// What is shut away is looked at too.
		await page.evaluate(() => document.querySelectorAll("details")
			.forEach((one) => { one.open = true; }));
		await page.addScriptTag({ content: source });
		const found = await page.evaluate(() => globalThis.axe.run(document, {
			resultTypes: ["violations"],
		}));
		say({
			file,
			colorScheme,
			axe: found.testEngine.version,
			passes: found.passes.length,
			violations: found.violations.map((one) => ({
				rule: one.id,
				help: one.help,
				count: one.nodes.length,
				first: one.nodes[0].html.slice(0, 200),
				why: one.nodes[0].failureSummary.slice(0, 300),
			})),
		}, found.violations.length > 0 || found.passes.length === 0);
		await context.close();
	}
}

// Of tables, proofs and excerpts nothing stands beside the screen or needs
// scrolling, however narrow it is.
async function fits(browser, file) {
	for (const width of [360, 600, 900, 1400]) {
		const page = await browser.newPage({ viewport: { width, height: 900 } });

		await page.goto(pathToFileURL(resolve(file)).href);
		const found = await page.evaluate(() => {
			for (const one of document.querySelectorAll("details"))
				one.open = true;
			for (const one of document.querySelectorAll(".rule, details"))
				one.style.contentVisibility = "visible";
			const said = (all) => all.map((one) => one.textContent.slice(0, 60));
			return {
				wide: document.documentElement.scrollWidth,
				cells: document.querySelectorAll("td, tbody th").length,
				lost: said([...document.querySelectorAll("td:not(.zero), tbody th")]
					.filter((one) => one.offsetWidth === 0 ||
						one.getBoundingClientRect().right > 1 +
						one.closest(".scroll").getBoundingClientRect().right)),
				texts: document.querySelectorAll("pre").length,
				cut: said([...document.querySelectorAll("pre")]
					.filter((one) => one.offsetWidth === 0 ||
						one.scrollWidth > 1 + one.clientWidth)),
			};
		});
		say({ file, width, ...found },
			found.lost.length + found.cut.length > 0 || found.wide > width);
		await page.close();
	}
}

// What is printed, with no filter and with one that nothing passes.
async function filtered(browser, file) {
	const page = await browser.newPage();
	const seen = () => page.evaluate(() => [...document.querySelectorAll("p.part, details.f")]
		.filter((one) => one.checkVisibility())
		.map((one) => one.matches("p") ? one.textContent : "finding"));

	await page.goto(pathToFileURL(resolve(file)).href);
	await page.emulateMedia({ media: "print" });
	const whole = await seen();
	await page.emulateMedia({ media: "screen" });
	await page.fill("form.filter [name=words]", "no finding says this");
	await page.emulateMedia({ media: "print" });
	const part = await seen();
	const wanted = `Filtered: 0 of ${whole.length} findings are shown below; ` +
		"the others are left out.";
	say({ file, whole: whole.length, part },
		whole.length === 0 || whole.some((one) => one !== "finding") ||
		part.length !== 1 || part[0] !== wanted);
	await page.close();
}

async function mermaid(browser, file) {
	const source = readFileSync(require.resolve("mermaid/dist/mermaid.min.js"), "utf8");
	const page = await browser.newPage();
	const odd = [];

	page.on("dialog", (dialog) => { odd.push(dialog.message()); dialog.dismiss(); });
	page.on("request", (request) => odd.push(request.url()));
	await page.setContent("<!doctype html><title>x</title><div id=\"at\"></div>");
	await page.addScriptTag({ content: source });
	const drawn = await page.evaluate(async (text) => {
		const { mermaid: program } = globalThis;

		program.initialize({ startOnLoad: false, maxEdges: 100000, maxTextSize: 10000000 });
		try {
			const { diagramType } = await program.parse(text);
			const { svg } = await program.render("drawing", text);
			const at = document.getElementById("at");

			at.innerHTML = svg;
			return {
				diagramType,
				title: at.querySelector("text.flowchartTitleText")?.textContent,
				nodes: Array.from(at.querySelectorAll("g.node .nodeLabel"), (node) =>
					node.innerHTML.replaceAll(/<br[^>]*>/g, "\n")
						.replaceAll(/<[^>]*>/g, "").replaceAll("&lt;", "<")
						.replaceAll("&gt;", ">").replaceAll("&amp;", "&")),
				links: at.querySelectorAll("path.flowchart-link").length,
				active: at.querySelectorAll("script, a, img, iframe, [onclick]").length,
			};
		} catch (trouble) {
			return { trouble: String(trouble) };
		}
	}, readFileSync(file, "utf8"));
	say({ file, ...drawn, odd }, drawn.trouble || odd.length || drawn.active);
	await page.close();
}

const browser = await chromium.launch({
	executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
	args: ["--no-sandbox", "--disable-gpu", "--no-first-run",
		"--disable-background-networking", "--disable-component-update",
		"--disable-sync"],
});
try {
	for (const file of files)
		await { axe, mermaid, fits, filtered }[what](browser, file);
} finally {
	await browser.close();
}
process.exitCode = faults ? 1 : 0;
