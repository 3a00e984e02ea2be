const dayMs = 86_400_000;

/** A moment, in milliseconds since 1970, as ISO 8601 has it in UTC. No clock is asked for that. */
export function timeText(ms: number): string {
  const days = Math.floor(ms / dayMs);
  const rest = Math.floor(ms - days * dayMs);
  const [hours, minutes, seconds] = [3_600_000, 60_000, 1000].map((unit) =>
    Math.floor(rest / unit),
  );
  const time = [hours, (minutes ?? 0) % 60, (seconds ?? 0) % 60].map((part) => padded(part ?? 0));
  return `${dateText(days)}T${time.join(":")}.${padded(rest % 1000, 3)}Z`;
}

/**
 * The date so many days after 1970 began. Years count from March on, so that a leap day is the last
 * of its year, and 400 of them, an era, always have the same length (Hinnant, "chrono-compatible
 * low-level date algorithms").
 */
function dateText(days: number): string {
  const sinceMarch = days + 719_468;
  const era = Math.floor(sinceMarch / 146_097);
  const ofEra = sinceMarch - era * 146_097;
  const leapDays =
    Math.floor(ofEra / 1460) - Math.floor(ofEra / 36_524) + Math.floor(ofEra / 146_096);
  const yearOfEra = Math.floor((ofEra - leapDays) / 365);
  const ofYear =
    ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * ofYear + 2) / 153);
  const day = ofYear - Math.floor((153 * marchMonth + 2) / 5) + 1;
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return `${padded(year, 4)}-${padded(month)}-${padded(day)}`;
}

function padded(part: number, digits: number = 2): string {
  return String(part).padStart(digits, "0");
}
