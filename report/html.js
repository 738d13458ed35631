// SPDX-License-Identifier: Apache-2.0
// Filters only: everything is readable without this.
"use strict";
(() => {
	const root = document.documentElement;
	const form = document.querySelector("form.filter");
	const shown = document.querySelector("form.filter output");
	// Printed, too: the filters themselves are not.
	const part = document.querySelector("p.part");
	const rules = Array.from(document.querySelectorAll("section.rule"), (section) => ({
		section,
		id: section.dataset.r,
		severity: section.dataset.s,
		words: section.querySelector("h3").textContent.toLowerCase(),
		findings: Array.from(section.querySelectorAll("details.f"), (element) => ({
			element,
			verdict: element.dataset.v,
			where: (element.dataset.h || "").toLowerCase(),
			words: null,
		})),
	}));
	const total = rules.reduce((sum, rule) => sum + rule.findings.length, 0);

	const checked = (name) => new Set(Array.from(
		form.querySelectorAll(`input[name=${name}]:checked`), (box) => box.value));

	function filter() {
		const severities = checked("severity");
		const verdicts = checked("verdict");
		const rule = form.elements.rule.value;
		const where = form.elements.where.value.trim().toLowerCase();
		const words = form.elements.words.value.trim().toLowerCase();
		let count = 0;

		for (const group of rules) {
			const wanted = severities.has(group.severity) && (!rule || rule === group.id);
			const all = words === "" || group.words.includes(words);
			let any = false;

			for (const finding of wanted ? group.findings : []) {
				let show = verdicts.has(finding.verdict) &&
				    (where === "" || finding.where.includes(where));
				if (show && !all) {
					finding.words ??= finding.element.textContent.toLowerCase();
					show = finding.words.includes(words);
				}
				finding.element.hidden = !show;
				any ||= show;
				count += show;
			}
			group.section.hidden = !any;
		}
		shown.value = `${count} of ${total} shown`;
		part.hidden = count === total;
		part.textContent = `Filtered: ${count} of ${total} findings are shown below; ` +
		    "the others are left out.";
	}

	function visible() {
		return rules.filter((rule) => !rule.section.hidden).flatMap((rule) =>
			rule.findings.filter((finding) => !finding.element.hidden)
				.map((finding) => finding.element));
	}

	function move(by) {
		const list = visible();
		const now = document.activeElement && document.activeElement.closest("details.f");
		const at = list.indexOf(now);
		const next = list[at < 0 ? (by > 0 ? 0 : list.length - 1) : at + by];

		if (next) {
			next.querySelector("summary").focus();
			next.scrollIntoView({ block: "center" });
		}
	}

	function openTarget() {
		let target = null;
		try {
			target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
		} catch { return; }
		if (!target || !target.closest("#findings"))
			return;
		if (target.hidden || target.closest("[hidden]")) {
			form.reset();
			filter();
		}
		if (target.matches("details"))
			target.open = true;
		target.scrollIntoView();
	}

	form.addEventListener("input", filter);
	form.addEventListener("submit", (event) => event.preventDefault());
	form.addEventListener("reset", () => setTimeout(filter));
	document.getElementById("open-all").addEventListener("click", () => {
		const list = visible();
		const open = list.some((element) => !element.open);
		for (const element of list)
			element.open = open;
	});
	document.addEventListener("keydown", (event) => {
		if (event.ctrlKey || event.metaKey || event.altKey)
			return;
		if (event.key === "Escape" && form.contains(event.target)) {
			event.target.blur();
			return;
		}
		if (event.target.closest("input, select, textarea"))
			return;
		if (event.key === "/") {
			event.preventDefault();
			form.elements.words.focus();
		} else if (event.key === "j") {
			move(1);
		} else if (event.key === "k") {
			move(-1);
		}
	});
	document.addEventListener("click", (event) => {
		const link = event.target.closest("a[data-where]");
		if (!link)
			return;
		form.elements.where.value = link.dataset.where;
		filter();
	});
	addEventListener("hashchange", openTarget);
	addEventListener("beforeprint", () => {
		for (const element of visible())
			element.open = true;
	});
	root.classList.add("js");
	filter();
	openTarget();
})();
