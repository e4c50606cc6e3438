//! Recognises the plain scalars that Go's readers take for a point in time.

/// A scalar that yaml.v2 and yaml.v3 parse as a timestamp.
pub(super) fn is_timestamp(text: &str) -> bool {
    Parts::of(text).is_some()
}

/// A timestamp that kustomize would write back in another form; kubectl keeps its text.
pub(super) fn is_rewritten(text: &str) -> bool {
    Parts::of(text).is_some_and(|parts| !parts.is_canonical())
}

struct Parts<'t> {
    date: &'t str,
    separator: u8,
    time: &'t str,
    fraction: &'t str,
    zone: &'t str,
}

impl<'t> Parts<'t> {
    fn of(text: &'t str) -> Option<Self> {
        let bytes = text.as_bytes();
        let year_comes_first = bytes.len() > 4 && bytes[..4].iter().all(u8::is_ascii_digit) && bytes[4] == b'-';
        if !year_comes_first {
            return None;
        }
        let end = text.find(['T', 't', ' ']).unwrap_or(text.len());
        let (date, rest) = text.split_at(end);
        is_date(date)?;
        if rest.is_empty() {
            return Some(Self { date, separator: 0, time: "", fraction: "", zone: "" });
        }
        Self::with_time(date, rest)
    }

    fn with_time(date: &'t str, rest: &'t str) -> Option<Self> {
        let separator = rest.as_bytes()[0];
        let clock = &rest[1..];
        let zone_start = clock.find(['Z', '+', '-']).unwrap_or(clock.len());
        let (clock, zone) = clock.split_at(zone_start);
        let (time, fraction) = match clock.find(['.', ',']) {
            Some(found) => clock.split_at(found),
            None => (clock, ""),
        };
        let zone_fits = if separator == b' ' { zone.is_empty() } else { is_zone(zone) };
        let fits = zone_fits && is_time(time) && is_fraction(fraction);
        fits.then_some(Self { date, separator, time, fraction, zone })
    }

    /// RFC 3339 as Go writes it.
    fn is_canonical(&self) -> bool {
        let fraction_fits = self.fraction.is_empty() || self.fraction.starts_with('.') && !self.fraction.ends_with('0');
        self.separator == b'T'
            && self.date.len() == 10
            && self.time.len() == 8
            && self.fraction.len() <= 10
            && fraction_fits
            && !matches!(self.zone, "+00:00" | "-00:00")
    }
}

fn is_date(date: &str) -> Option<()> {
    let mut fields = date.split('-');
    let year: u32 = fields.next()?.parse().ok()?;
    let month = short_number(fields.next()?)?;
    let day = short_number(fields.next()?)?;
    let fits = fields.next().is_none() && (1..=12).contains(&month) && day >= 1 && day <= days(year, month);
    fits.then_some(())
}

fn days(year: u32, month: u32) -> u32 {
    let leap = year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400);
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn is_time(time: &str) -> bool {
    let limits = [24, 60, 60];
    let fields: Vec<&str> = time.split(':').collect();
    let below = |(field, limit): (&&str, &u32)| short_number(field).is_some_and(|number| number < *limit);
    fields.len() == limits.len() && fields.iter().zip(&limits).all(below)
}

fn is_fraction(fraction: &str) -> bool {
    let mut rest = fraction.chars();
    rest.next().is_none() || !rest.as_str().is_empty() && rest.all(|digit| digit.is_ascii_digit())
}

fn is_zone(zone: &str) -> bool {
    let offset = |zone: &str| {
        let (hours, minutes) = zone.split_once(':')?;
        let both = hours.len() == 2 && minutes.len() == 2;
        (both && short_number(hours)? <= 24 && short_number(minutes)? < 60).then_some(())
    };
    zone == "Z" || zone.strip_prefix(['+', '-']).and_then(offset).is_some()
}

/// One or two digits.
fn short_number(text: &str) -> Option<u32> {
    let digits = (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits { text.parse().ok() } else { None }
}
