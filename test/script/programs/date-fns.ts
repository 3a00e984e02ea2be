import { addDays, differenceInCalendarDays, format, parseISO } from "date-fns";
import { de } from "date-fns/locale";

export default {
  fetch(): Response {
    const day = parseISO("2026-02-27T10:00:00Z");
    return Response.json({
      later: format(addDays(day, 3), "yyyy-MM-dd HH:mm"),
      german: format(day, "EEEE, d. MMMM yyyy", { locale: de }),
      days: differenceInCalendarDays(parseISO("2027-01-01"), day),
    });
  },
};
