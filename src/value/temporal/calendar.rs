//! The proleptic Gregorian calendar and the ISO week, for years ±999,999,999.
//!
//! Days are counted from 1970-01-01. Nothing here knows of times or zones.

use super::Date;

/// The last year a date can have; the first is its negative.
pub const MAX_YEAR: i64 = 999_999_999;

/// Days in 400 years, after which the calendar repeats, weekdays included.
const DAYS_PER_ERA: i64 = 146_097;

/// A day as year, month and day of month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct YearMonthDay {
    /// The astronomical year: 0 is 1 BC.
    pub year: i64,
    /// The month, 1 to 12.
    pub month: i64,
    /// The day of the month, 1 to 31.
    pub day: i64,
}

/// A day as ISO week-based year, week and day of week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct WeekDate {
    /// The year the week belongs to: the one that holds its Thursday.
    pub week_year: i64,
    /// The week, 1 to 53.
    pub week: i64,
    /// The day of the week, Monday 1 to Sunday 7.
    pub day_of_week: i64,
}

/// Whether February has 29 days.
#[must_use]
pub fn is_leap_year(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// Days in a year: 365 or 366.
#[must_use]
pub fn days_in_year(year: i64) -> i64 {
    if is_leap_year(year) { 366 } else { 365 }
}

/// Days in a month; 0 for a month outside of 1 to 12.
#[must_use]
pub fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap_year(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    }
}

/// Weeks in an ISO week-based year: 52 or 53.
#[must_use]
pub fn weeks_in_year(week_year: i64) -> i64 {
    // A year has 53 weeks when it starts on a Thursday, or is a leap year that
    // starts on a Wednesday.
    let first = day_of_week(days_from_year(week_year));
    if first == 4 || (first == 3 && is_leap_year(week_year)) { 53 } else { 52 }
}

/// The day number of a year's first of January. The year must be within ±4 × 10⁹.
fn days_from_year(year: i64) -> i64 {
    days_from_parts(year, 1, 1)
}

fn days_from_parts(year: i64, month: i64, day: i64) -> i64 {
    // Years are counted from March, so that the leap day is the last of its year.
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month_from_march = (month + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    // 719,468 days lie between 0000-03-01 and 1970-01-01.
    era * DAYS_PER_ERA + day_of_era - 719_468
}

fn parts_from_days(days: i64) -> YearMonthDay {
    let days = days.saturating_add(719_468);
    let era = days.div_euclid(DAYS_PER_ERA);
    let day_of_era = days.rem_euclid(DAYS_PER_ERA);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    YearMonthDay { year, month, day }
}

/// Monday 1 to Sunday 7; 1970-01-01 was a Thursday.
fn day_of_week(days: i64) -> i64 {
    (days.rem_euclid(7) + 3) % 7 + 1
}

fn year_is_valid(year: i64) -> bool {
    (-MAX_YEAR..=MAX_YEAR).contains(&year)
}

impl Date {
    /// -999999999-01-01.
    pub const MIN: Date = Date { days: -365_243_219_162 };
    /// +999999999-12-31.
    pub const MAX: Date = Date { days: 365_241_780_471 };

    /// The date of a day number, `None` outside of the range of years.
    #[must_use]
    pub fn from_days(days: i64) -> Option<Date> {
        let date = Date { days };
        (Date::MIN..=Date::MAX).contains(&date).then_some(date)
    }

    /// A calendar date, `None` if there is no such day.
    #[must_use]
    pub fn from_year_month_day(year: i64, month: i64, day: i64) -> Option<Date> {
        let valid = year_is_valid(year) && day >= 1 && day <= days_in_month(year, month);
        valid.then(|| Date { days: days_from_parts(year, month, day) })
    }

    /// An ISO week date, `None` if there is no such day.
    #[must_use]
    pub fn from_week(week_year: i64, week: i64, day_of_week: i64) -> Option<Date> {
        if !year_is_valid(week_year)
            || !(1..=7).contains(&day_of_week)
            || week < 1
            || week > weeks_in_year(week_year)
        {
            return None;
        }
        // The fourth of January is always in week 1.
        let fourth = days_from_parts(week_year, 1, 4);
        let first_monday = fourth - (self::day_of_week(fourth) - 1);
        Date::from_days(first_monday + (week - 1) * 7 + day_of_week - 1)
    }

    /// An ordinal date, `None` if there is no such day.
    #[must_use]
    pub fn from_ordinal(year: i64, day_of_year: i64) -> Option<Date> {
        let valid = year_is_valid(year) && day_of_year >= 1 && day_of_year <= days_in_year(year);
        valid.then(|| Date { days: days_from_year(year) + day_of_year - 1 })
    }

    /// A day of a quarter, `None` if there is no such day.
    #[must_use]
    pub fn from_quarter(year: i64, quarter: i64, day_of_quarter: i64) -> Option<Date> {
        if !year_is_valid(year) || !(1..=4).contains(&quarter) || day_of_quarter < 1 {
            return None;
        }
        let first = quarter * 3 - 2;
        let length: i64 = (first..first + 3).map(|month| days_in_month(year, month)).sum();
        (day_of_quarter <= length)
            .then(|| Date { days: days_from_parts(year, first, 1) + day_of_quarter - 1 })
    }

    /// Year, month and day of month.
    #[must_use]
    pub fn year_month_day(self) -> YearMonthDay {
        parts_from_days(self.days)
    }

    /// Week-based year, week and day of week.
    #[must_use]
    pub fn week_date(self) -> WeekDate {
        let day_of_week = day_of_week(self.days);
        let thursday = self.days - day_of_week + 4;
        let week_year = parts_from_days(thursday).year;
        let week = (thursday - days_from_year(week_year)) / 7 + 1;
        WeekDate { week_year, week, day_of_week }
    }

    /// The day of the year, from 1.
    #[must_use]
    pub fn day_of_year(self) -> i64 {
        self.days - days_from_year(self.year_month_day().year) + 1
    }

    /// The quarter, 1 to 4.
    #[must_use]
    pub fn quarter(self) -> i64 {
        (self.year_month_day().month + 2) / 3
    }

    /// The day of the quarter, from 1.
    #[must_use]
    pub fn day_of_quarter(self) -> i64 {
        let parts = self.year_month_day();
        self.days - days_from_parts(parts.year, self.quarter() * 3 - 2, 1) + 1
    }

    /// The date some months later; a day past the end of its month becomes the
    /// month's last. `None` outside of the range of years.
    #[must_use]
    pub fn add_months(self, months: i64) -> Option<Date> {
        let parts = self.year_month_day();
        let month_number = (parts.year * 12 + parts.month - 1).checked_add(months)?;
        let (year, month) = (month_number.div_euclid(12), month_number.rem_euclid(12) + 1);
        Date::from_year_month_day(year, month, parts.day.min(days_in_month(year, month)))
    }

    /// The date some days later, `None` outside of the range of years.
    #[must_use]
    pub fn add_days(self, days: i64) -> Option<Date> {
        Date::from_days(self.days.checked_add(days)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil;
    use proptest::prelude::*;

    fn ymd(date: Date) -> (i64, i64, i64) {
        let parts = date.year_month_day();
        (parts.year, parts.month, parts.day)
    }

    #[test]
    fn the_range_ends_at_its_years() {
        assert_eq!(ymd(Date::MIN), (-MAX_YEAR, 1, 1));
        assert_eq!(ymd(Date::MAX), (MAX_YEAR, 12, 31));
        assert_eq!(Date::MAX.add_days(1), None);
        assert_eq!(Date::MIN.add_months(-1), None);
        assert_eq!(Date::from_days(i64::MIN), None);
        assert_eq!(Date::MAX.add_months(i64::MAX), None);
        assert_eq!(Date::from_year_month_day(i64::MAX, 1, 1), None);
    }

    #[test]
    fn days_that_are_not_there_are_refused() {
        assert_eq!(Date::from_year_month_day(2023, 2, 29), None);
        assert_eq!(Date::from_year_month_day(2023, 13, 1), None);
        assert_eq!(Date::from_ordinal(2023, 366), None);
        assert_eq!(Date::from_week(2023, 53, 1), None);
        assert_eq!(Date::from_quarter(2023, 1, 91), None);
        assert!(Date::from_quarter(2024, 1, 91).is_some());
    }

    #[test]
    fn months_are_added_within_the_month() {
        let start = Date::from_year_month_day(2024, 1, 31).expect("a day");
        assert_eq!(start.add_months(1).map(ymd), Some((2024, 2, 29)));
        assert_eq!(start.add_months(-11).map(ymd), Some((2023, 2, 28)));
        assert_eq!(start.add_months(-25).map(ymd), Some((2021, 12, 31)));
    }

    proptest! {
        #[test]
        fn agrees_with_jiff(days in -4_371_587i64..2_932_896) {
            let epoch = civil::date(1970, 1, 1);
            let theirs = epoch.checked_add(jiff::Span::new().days(i32::try_from(days).expect("small"))).expect("in range");
            let ours = Date { days };
            prop_assert_eq!(ymd(ours), (theirs.year().into(), theirs.month().into(), theirs.day().into()));
            prop_assert_eq!(ours.day_of_year(), i64::from(theirs.day_of_year()));
            let week = theirs.iso_week_date();
            let expected = WeekDate {
                week_year: week.year().into(),
                week: week.week().into(),
                day_of_week: week.weekday().to_monday_one_offset().into(),
            };
            prop_assert_eq!(ours.week_date(), expected);
        }

        #[test]
        fn every_way_to_name_a_day_leads_back(days in Date::MIN.days..=Date::MAX.days) {
            let date = Date { days };
            let (year, month, day) = ymd(date);
            prop_assert_eq!(Date::from_year_month_day(year, month, day), Some(date));
            prop_assert_eq!(Date::from_ordinal(year, date.day_of_year()), Some(date));
            prop_assert_eq!(Date::from_quarter(year, date.quarter(), date.day_of_quarter()), Some(date));
            let week = date.week_date();
            if week.week_year.abs() <= MAX_YEAR {
                prop_assert_eq!(Date::from_week(week.week_year, week.week, week.day_of_week), Some(date));
            }
        }
    }
}
