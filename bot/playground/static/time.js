/** Dates as people in a time zone read them. */

const parts = (at, zone, options) =>
  Object.fromEntries(
    new Intl.DateTimeFormat("en-US", { timeZone: zone, hourCycle: "h23", ...options })
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );

function wall(at, zone) {
  return parts(at, zone, {
    year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit",
  });
}

/** Give the wall clock of a zone as `YYYY-MM-DDTHH:MM`. */
export function toLocal(at, zone) {
  const { year, month, day, hour, minute } = wall(at, zone);
  return `${year}-${month}-${day}T${hour}:${minute}`;
}

/** Give the instant of a wall clock `YYYY-MM-DDTHH:MM` in a zone; in a gap, the later one. */
export function fromLocal(local, zone) {
  const guess = Date.parse(`${local}:00Z`);
  if (Number.isNaN(guess)) return null;
  const offset = (at) => Date.parse(`${toLocal(new Date(at), zone)}:00Z`) - at;
  const first = guess - offset(guess);
  return new Date(guess - offset(first));
}

/** Give the calendar day in a zone, `YYYY-MM-DD`. */
export const dayOf = (at, zone) => toLocal(at, zone).slice(0, 10);

/** Give a short name of a zone: its city. */
export const cityOf = (zone) => zone.split("/").at(-1).replaceAll("_", " ");

/** Write a time of day, as in 11:00 AM. */
export function writeTime(at, zone, withSeconds = false) {
  const options = { timeZone: zone, hour: "numeric", minute: "2-digit", hour12: true };
  if (withSeconds) options.second = "2-digit";
  return new Intl.DateTimeFormat("en-US", options).format(at).replace("\u202f", "\u00a0");
}

/** Write a day and a time, as in Fri 7 Aug 2020, 11:00 AM. */
export function writeMoment(at, zone) {
  const { weekday, day, month, year } = parts(at, zone, { weekday: "short", day: "numeric", month: "short", year: "numeric" });
  return `${weekday} ${day} ${month} ${year}, ${writeTime(at, zone)}`;
}

/** Write the heading over one day's messages. */
export function writeDay(at, zone, now) {
  return near(at, zone, now) ?? writeDate(at, zone, now, "long");
}

function near(at, zone, now) {
  const days = (Date.parse(dayOf(at, zone)) - Date.parse(dayOf(now, zone))) / 86_400_000;
  return { "-1": "Yesterday", 0: "Today", 1: "Tomorrow" }[days];
}

function ordinal(day) {
  const last = day % 10;
  const isTeen = day >= 11 && day <= 13;
  return `${day}${isTeen ? "th" : { 1: "st", 2: "nd", 3: "rd" }[last] ?? "th"}`;
}

function writeDate(at, zone, now, form) {
  const { weekday, day, month, year } = parts(at, zone, {
    weekday: "long", day: "numeric", month: form === "short" ? "short" : "long", year: "numeric",
  });
  // Slack leaves the year out within about six months.
  const tail = Math.abs(at - now) > 183 * 86_400_000 ? `, ${year}` : "";
  if (form === "short") return `${month} ${day}${tail}`;
  const date = `${month} ${ordinal(Number(day))}${tail}`;
  return form === "long" ? `${weekday}, ${date}` : date;
}

function writeAgo(at, now) {
  const seconds = Math.round((at - now) / 1000);
  const units = [["day", 86_400], ["hour", 3600], ["minute", 60], ["second", 1]];
  const [unit, size] = units.find(([, length]) => Math.abs(seconds) >= length) ?? units.at(-1);
  return new Intl.RelativeTimeFormat("en", { numeric: "auto" }).format(Math.round(seconds / size), unit);
}

/** Fill the tokens of a Slack date, as in `{date_long} at {time}`, for a reader in a zone. */
export function writeTokens(format, at, zone, now) {
  const pretty = (form) => (offset) => {
    const word = near(at, zone, now);
    if (!word) return writeDate(at, zone, now, form);
    return offset === 0 ? word : word.toLowerCase();
  };
  const tokens = {
    date_num: () => dayOf(at, zone),
    date_slash: () => dayOf(at, zone).replaceAll("-", "/"),
    date: () => writeDate(at, zone, now, "full"),
    date_short: () => writeDate(at, zone, now, "short"),
    date_long: () => writeDate(at, zone, now, "long"),
    date_long_full: () => writeDate(at, zone, now, "long"),
    date_pretty: pretty("full"),
    date_short_pretty: pretty("short"),
    date_long_pretty: pretty("long"),
    day_divider_pretty: pretty("long"),
    time: () => writeTime(at, zone),
    time_secs: () => writeTime(at, zone, true),
    ago: () => writeAgo(at, now),
  };
  return format.replaceAll(/\{(\w+)\}/g, (whole, name, offset) => tokens[name]?.(offset) ?? whole);
}
