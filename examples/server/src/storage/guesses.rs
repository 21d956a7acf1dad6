//! Budgets for wrong passwords in SQL: one statement each, so that parallel guesses all pay.

use super::database::{signed, unsigned};
use super::{Database, StorageError};
use sqlx::Row as _;

/// So many guesses, and one back every so many seconds.
#[derive(Clone, Copy, Debug)]
pub struct GuessBudget {
    pub capacity: u32,
    pub period: u32,
}

impl GuessBudget {
    /// How far ahead of now the budget's end may lie for another guess.
    fn slack(self) -> u64 {
        u64::from(self.capacity.saturating_sub(1)) * u64::from(self.period)
    }
}

impl Database {
    /// Pays for a guess at `subject`.
    ///
    /// `Err` inside: none is left, and from when on there is one.
    pub async fn pay_guess(
        &self,
        subject: [u8; 32],
        budget: GuessBudget,
        now: u64,
    ) -> Result<Result<(), u64>, StorageError> {
        let sql = "INSERT INTO guesses (subject, whole_at) VALUES ($1, $2) \
                   ON CONFLICT (subject) DO UPDATE SET whole_at = \
                   CASE WHEN guesses.whole_at > $3 THEN guesses.whole_at ELSE $3 END + $4 \
                   WHERE guesses.whole_at <= $5";
        let query = sqlx::query(sql)
            .bind(subject.to_vec())
            .bind(signed(now + u64::from(budget.period)))
            .bind(signed(now))
            .bind(i64::from(budget.period))
            .bind(signed(now + budget.slack()));
        if query.execute(self.pool()).await?.rows_affected() == 1 {
            return Ok(Ok(()));
        }
        let query = sqlx::query("SELECT whole_at FROM guesses WHERE subject = $1");
        let row = query.bind(subject.to_vec()).fetch_optional(self.pool()).await?;
        let whole_at = row.map(|row| row.try_get("whole_at")).transpose()?.map_or(now, unsigned);
        Ok(Err(whole_at.saturating_sub(budget.slack())))
    }

    /// Gives a guess back: it was right.
    pub async fn refund_guess(
        &self,
        subject: [u8; 32],
        budget: GuessBudget,
    ) -> Result<(), StorageError> {
        let query = sqlx::query("UPDATE guesses SET whole_at = whole_at - $1 WHERE subject = $2");
        query.bind(i64::from(budget.period)).bind(subject.to_vec()).execute(self.pool()).await?;
        Ok(())
    }

    /// Forgets what no longer matters: whole budgets, and devices that nobody enrolled.
    pub async fn tidy(&self, now: u64) -> Result<(), StorageError> {
        for sql in [
            "DELETE FROM guesses WHERE whole_at < $1",
            "DELETE FROM devices WHERE public_key IS NULL AND expires < $1",
        ] {
            sqlx::query(sql).bind(signed(now)).execute(self.pool()).await?;
        }
        Ok(())
    }
}
