// What the pages do beyond plain links: ages that stay true, reading on, news, the line of the last visit, keys.
// Without this file everything can still be read and reached.

// In another language than English, its words stand before this script.
const words = globalThis.timelineWords ?? { texts: {}, plural: (number) => Number(number !== 1) };
const gettext = (text) => words.texts[text] ?? text;
const ngettext = (one, many, number) => (words.texts[one] ?? [one, many])[words.plural(number)].replace("{count}", number);

const MINUTE = 60_000;
const CHECK_EVERY = 2 * MINUTE; // for new posts, while the page is looked at
const VISIT = 30 * MINUTE; // of absence: what comes after is another visit

const main = document.querySelector("main");
const finder = document.querySelector(".finder");
const isWide = matchMedia("(width >= 64rem)");
const isRanked = "ranked" in main.dataset; // by who mentions a post: no days, no line of the last visit
const isTimeline = document.body.classList.contains("timeline");

const posts = (root = document) => [...root.querySelectorAll(".h-entry")];

// Browsers that keep nothing for us (private windows, full disks) throw: then nothing is remembered.
const memory = (store) => ({
  read(key) {
    try { return JSON.parse(store()[`timeline.${key}`] ?? "null"); } catch { return null; }
  },
  write(key, value) {
    try { store()[`timeline.${key}`] = JSON.stringify(value); } catch { /* as said above */ }
  },
});
const device = memory(() => localStorage);
const tab = memory(() => sessionStorage);

// --- ages: the same rules as in web/display/relative_time.py, date-fns' formatDistance ----------------------------------------

const HOUR = 60; // minutes
const DAY = 24 * HOUR;
const MONTH = 30 * DAY;

function monthsBetween(earlier, later) {
  const from = new Date(earlier);
  const moved = new Date(later);
  const months = (moved.getUTCFullYear() - from.getUTCFullYear()) * 12 + moved.getUTCMonth() - from.getUTCMonth();
  if (months < 1) return 0;
  if (moved.getUTCMonth() === 1 && moved.getUTCDate() > 27) moved.setUTCDate(30);
  moved.setUTCMonth(moved.getUTCMonth() - months);
  return months - (moved < from ? 1 : 0);
}

// Whole sentences, since other languages inflect what follows a word like "ago".
const PAST = {
  minutes: (n) => ngettext("{count} minute ago", "{count} minutes ago", n),
  aboutHours: (n) => ngettext("about {count} hour ago", "about {count} hours ago", n),
  days: (n) => ngettext("{count} day ago", "{count} days ago", n),
  aboutMonths: (n) => ngettext("about {count} month ago", "about {count} months ago", n),
  months: (n) => ngettext("{count} month ago", "{count} months ago", n),
  aboutYears: (n) => ngettext("about {count} year ago", "about {count} years ago", n),
  overYears: (n) => ngettext("over {count} year ago", "over {count} years ago", n),
  almostYears: (n) => ngettext("almost {count} year ago", "almost {count} years ago", n),
};
const AHEAD = {
  minutes: (n) => ngettext("in {count} minute", "in {count} minutes", n),
  aboutHours: (n) => ngettext("in about {count} hour", "in about {count} hours", n),
  days: (n) => ngettext("in {count} day", "in {count} days", n),
  aboutMonths: (n) => ngettext("in about {count} month", "in about {count} months", n),
  months: (n) => ngettext("in {count} month", "in {count} months", n),
  aboutYears: (n) => ngettext("in about {count} year", "in about {count} years", n),
  overYears: (n) => ngettext("in over {count} year", "in over {count} years", n),
  almostYears: (n) => ngettext("in almost {count} year", "in almost {count} years", n),
};

// The time between two moments as a number and what it counts; 0 is less than a minute.
function distance(earlier, later) {
  const minutes = Math.round(Math.floor((later - earlier) / 1000) / 60);
  const rounded = (unit) => Math.round(minutes / unit);
  if (minutes < 45) return [minutes, "minutes"];
  if (minutes < 90) return [1, "aboutHours"];
  if (minutes < DAY) return [rounded(HOUR), "aboutHours"];
  if (minutes < 42 * HOUR) return [1, "days"];
  if (minutes < MONTH) return [rounded(DAY), "days"];
  if (minutes < 2 * MONTH) return [rounded(MONTH), "aboutMonths"];
  const months = monthsBetween(earlier, later);
  if (months < 12) return [rounded(MONTH), "months"];
  const years = Math.floor(months / 12);
  const beyond = months % 12;
  if (beyond < 3) return [years, "aboutYears"];
  return beyond < 9 ? [years, "overYears"] : [years + 1, "almostYears"];
}

function age(then, now) {
  const isAhead = then > now;
  const [count, unit] = isAhead ? distance(now, then) : distance(then, now);
  if (!count) return isAhead ? gettext("in less than a minute") : gettext("less than a minute ago");
  return (isAhead ? AHEAD : PAST)[unit](count);
}

function tellAges() {
  const now = Date.now();
  for (const time of document.querySelectorAll("time[datetime]")) {
    const said = age(Date.parse(time.dateTime), now);
    if (time.textContent !== said) time.textContent = said;
  }
}

// --- headings: the same rules as in web/display/date_headings.py ------------------------------------------------------------

function period(moment, now) {
  const day = (date) => Math.floor(date / (DAY * MINUTE));
  const back = day(now) - day(moment);
  if (back <= 0) return gettext("Today");
  if (back === 1) return gettext("Yesterday");
  if (back <= (new Date(now).getUTCDay() + 6) % 7) return gettext("This week");
  const language = `${document.documentElement.lang}-u-nu-latn`;
  return new Intl.DateTimeFormat(language, { month: "long", year: "numeric", timeZone: "UTC" }).format(moment);
}

// A page that stays open over midnight, or reads on, has two sections of one heading: they become one.
function tellPeriods() {
  let last = null;
  for (const section of document.querySelectorAll(".period")) {
    const first = section.querySelector(".h-entry");
    const heading = period(Date.parse(first.dataset.placed), Date.now());
    if (last?.getAttribute("aria-label") === heading) {
      last.append(...[...section.children].filter((child) => child.tagName !== "H2"));
      section.remove();
      continue;
    }
    section.setAttribute("aria-label", heading);
    section.querySelector("h2").textContent = heading;
    last = section;
  }
}

// --- the line of the last visit ----------------------------------------------------------------------------

const placed = (post) => Date.parse(post.dataset.placed);

function startVisit() {
  const visit = device.read("visit") ?? { line: null, seen: null, at: 0 };
  const now = Date.now();
  if (now - visit.at > VISIT) visit.line = visit.seen;
  const newest = posts()[0];
  if (newest) visit.seen = Math.max(visit.seen ?? 0, placed(newest));
  device.write("visit", { ...visit, at: now });
  return visit.line;
}

// Posts in a fold are out of order: the line stands above the fold or below it.
function drawLine(line) {
  if (line === null || document.querySelector(".seen-line")) return;
  const rows = [...main.querySelectorAll(".period > .h-entry, .period > .fold")];
  const first = rows.findIndex((row) => placed(row.querySelector(".h-entry") ?? row) <= line);
  if (first < 1) return;
  const mark = document.createElement("p");
  mark.className = "seen-line";
  mark.textContent = gettext("New since your last visit, above");
  const here = rows[first];
  const isTop = here.previousElementSibling?.tagName === "H2";
  (isTop ? here.parentElement : here).before(mark);
}

// The sources beside the timeline tell how many of their newest posts came since the last visit; ten are listed of each.
function countUnseen(line) {
  if (line === null) return;
  for (const link of document.querySelectorAll(".sources-list [data-placed]")) {
    const unseen = link.dataset.placed.split(" ").filter((second) => second * 1000 > line).length;
    if (!unseen) continue;
    const mark = document.createElement("span");
    mark.className = "unseen";
    mark.textContent = unseen > 9 ? gettext("9+ new") : ngettext("{count} new", "{count} new", unseen);
    link.append(mark);
  }
}

// --- reading on --------------------------------------------------------------------------------------------

let older = main.querySelector('.pager [rel="next"]');
let isLoading = false;

async function readOn() {
  if (isLoading || !older || !isTimeline) return;
  isLoading = true;
  const address = older.href;
  try {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(answer.statusText);
    append(new DOMParser().parseFromString(await answer.text(), "text/html"), address);
  } catch {
    watcher.unobserve(older); // the plain link stays, and still leads on
  }
  isLoading = false;
}

function append(page, address) {
  const here = new Set(posts().map((post) => post.dataset.id));
  for (const post of posts(page)) if (here.has(post.dataset.id)) post.remove();
  for (const post of posts(page)) post.dataset.page = address;
  if (!mayPlay) for (const player of page.querySelectorAll(".player")) player.remove();
  const sections = [...page.querySelectorAll(".period")].filter((section) => section.querySelector(".h-entry"));
  main.querySelector(".periods").append(...sections);
  watcher.disconnect();
  const pager = main.querySelector(":scope > .pager:last-of-type");
  pager.replaceWith(page.querySelector("main > .pager:last-of-type"));
  older = main.querySelector(':scope > .pager:last-of-type [rel="next"]');
  tellPeriods();
  tellAges();
  drawLine(line);
  if (older) watcher.observe(older);
}

const watcher = new IntersectionObserver(
  (entries) => entries.some((entry) => entry.isIntersecting) && readOn(),
  { rootMargin: "0px 0px 1200px" },
);

// The address is that of the page whose post is at the top of the window, so that Back and a copied link lead here.
const topPost = () => posts().find((post) => post.getBoundingClientRect().bottom > 0);

function follow() {
  const address = topPost()?.dataset.page ?? firstAddress;
  if (address !== location.href) history.replaceState(history.state, "", address);
}
const firstAddress = location.href;

function rememberPlace() {
  const post = topPost();
  if (post) tab.write("place", { address: location.href, id: post.dataset.id, top: post.getBoundingClientRect().top });
}

// The browser remembers how far down one was, which means another post on a page that begins further down.
function returnToPlace() {
  const [entry] = performance.getEntriesByType("navigation");
  const place = tab.read("place");
  if (!["back_forward", "reload"].includes(entry?.type) || place?.address !== location.href) return;
  const post = posts().find((one) => one.dataset.id === place.id);
  if (!post) return;
  history.scrollRestoration = "manual";
  scrollTo({ top: scrollY + post.getBoundingClientRect().top - place.top, behavior: "instant" });
}

let isFollowing = false;
function followSoon() {
  if (isFollowing) return;
  isFollowing = true;
  follow(); // at once, for whoever leaves at once
  setTimeout(() => { isFollowing = false; follow(); }, 200);
}

// --- audio: a click opens the player, which plays; one at a time ---------------------------------------------

// What is read on later may play only if the page itself may: its policy came with it. Else the link to the file stays.
const mayPlay = document.querySelector("audio") !== null;

function onToggle(event) {
  const audio = event.target.querySelector?.(":scope > audio");
  if (!audio) return;
  if (event.target.open) audio.play().catch(() => { /* the player says it */ });
  else audio.pause();
}

function onPlay(event) {
  for (const audio of document.querySelectorAll("audio")) if (audio !== event.target) audio.pause();
}

// --- new posts: the feed of the same view, whose validator changes with the posts alone ------------------------

let known = null;
let validator = null;
let request = new AbortController();

// A tab in the background asks nothing; when it is looked at, or the network is back, it asks at once.
async function checkNews() {
  if (document.hidden) return;
  request.abort(); // a network that went away leaves requests without an end
  request = new AbortController();
  try {
    // Conditional, by the browser's own copy.
    const answer = await fetch(main.dataset.feed, { cache: "no-cache", signal: request.signal });
    const tag = answer.headers.get("ETag");
    if (answer.ok && tag !== validator) {
      announce((await answer.json()).items.map((item) => item.id));
      validator = tag; // only now: an answer that broke off told nothing
    }
  } catch { /* the next check may reach the site again */ }
}

function announce(ids) {
  known ??= new Set("first" in main.dataset ? posts().map((post) => post.dataset.id) : ids);
  // Up to the last one known: below it stand those that moved up because others went.
  const end = ids.findLastIndex((id) => known.has(id));
  const fresh = end < 0 ? ids.length : ids.slice(0, end).filter((id) => !known.has(id)).length;
  const news = main.querySelector(".news");
  if (!fresh) { news.replaceChildren(); return; }
  const link = document.createElement("a");
  link.href = main.dataset.top;
  link.textContent = end < 0 && known.size
    ? ngettext("{count}+ new post", "{count}+ new posts", fresh)
    : ngettext("{count} new post", "{count} new posts", fresh);
  news.replaceChildren(link);
}

// --- keys --------------------------------------------------------------------------------------------------

const dialog = document.querySelector(".keys");
const anchorOf = (post) => post.querySelector(".u-url, [tabindex]"); // of a note its age
const current = () => document.activeElement?.closest(".h-entry");

function step(by) {
  const all = posts().filter((post) => post.checkVisibility());
  const at = all.indexOf(current());
  const from = at >= 0 ? at + by : all.indexOf(topPost());
  const post = all[Math.min(Math.max(from, 0), all.length - 1)];
  if (!post) return;
  anchorOf(post).focus({ preventScroll: true });
  post.scrollIntoView({ block: "nearest" });
  if (by > 0 && from >= all.length - 2) readOn();
}

function find() {
  const field = document.querySelector("#q");
  if (!field.checkVisibility()) finder.showPopover?.();
  field.select();
}

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  o: () => (current() ?? topPost())?.querySelector(".u-url")?.click(),
  "/": find,
  "?": () => dialog.showModal(),
};

function onKey(event) {
  const isTyping = event.target.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable]");
  if (event.key === "Escape" && isTyping) return isTyping.blur();
  if (isTyping || dialog.open || event.ctrlKey || event.metaKey || event.altKey || !(event.key in KEYS)) return;
  // WCAG 2.2, 2.1.4: keys of one character can be switched off. `?` stays, since it leads to the switch.
  if (device.read("keys") === false && event.key !== "?") return;
  event.preventDefault();
  KEYS[event.key]();
}

function offerKeys() {
  const box = dialog.querySelector("[name=use-keys]");
  box.checked = device.read("keys") !== false;
  box.addEventListener("change", () => device.write("keys", box.checked));
  const help = document.createElement("button");
  help.className = "help";
  help.textContent = gettext("Keys");
  help.addEventListener("click", () => dialog.showModal());
  document.querySelector(".colophon p:last-child").append(" · ", help);
  document.addEventListener("keydown", onKey);
}

// --- addresses to copy -------------------------------------------------------------------------------------

function offerCopies() {
  for (const field of document.querySelectorAll("input.copied")) {
    field.addEventListener("focus", () => field.select());
    if (!navigator.clipboard) continue; // pages without TLS have none: the field is selected, and keys copy
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = gettext("Copy");
    button.setAttribute("aria-label", gettext("Copy the address of {name}").replace("{name}", field.labels[0].textContent));
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(field.value);
      button.textContent = gettext("Copied");
    });
    field.after(button);
  }
}

// --- the beginning -----------------------------------------------------------------------------------------

function everyMinute() {
  tellAges();
  if (isTimeline && !isRanked) tellPeriods();
}

let line = null;

offerCopies();
document.addEventListener("toggle", onToggle, true); // these two do not bubble
document.addEventListener("play", onPlay, true);
everyMinute();
setInterval(everyMinute, MINUTE);

if (isTimeline) {
  line = "whole" in main.dataset ? startVisit() : device.read("visit")?.line ?? null;
  drawLine(line);
  countUnseen(line);
  returnToPlace();
  offerKeys();
  if (older) watcher.observe(older);
  addEventListener("scroll", followSoon, { passive: true });
  addEventListener("pagehide", rememberPlace);
  isWide.addEventListener("change", () => finder.matches(":popover-open") && finder.hidePopover());
  checkNews();
  setInterval(checkNews, CHECK_EVERY);
  addEventListener("online", checkNews);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) { everyMinute(); checkNews(); } });
}
