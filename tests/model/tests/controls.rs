//! Negative controls: for each invariant, rules whose breaking the checker notices.

use mfa_core::Authority;
use mfa_core_model::fault::Fault::{self, *};
use mfa_core_model::invariant::Invariant::{self, *};
use mfa_core_model::life_cycle::{self, Deed, LifeCycle, Who};
use mfa_core_model::race::{self, Race};
use mfa_core_model::report::counterexample;

/// How a race comes to break the invariant.
fn race(start: race::Start, fault: Fault, invariant: Invariant) -> Vec<race::Action> {
    // Three wrong answers empty all buckets: the fourth is one too many.
    let writes = if fault == ReserveWithoutEnd { 4 } else { 3 };
    let actions = counterexample(Race::new(start, writes, Some(fault)), invariant.name());
    let actions = actions.expect("the fault breaks the invariant");
    println!("{fault:?} breaks {}: {actions:?}", invariant.name());
    actions
}

/// How an account's life comes to break the invariant.
fn life(start: life_cycle::Start, fault: Fault, invariant: Invariant) -> Vec<life_cycle::Action> {
    // To log in, associate, and ask again for another challenge takes one step more.
    let writes = if fault == ConfirmsByAnyChallenge { 6 } else { 5 };
    let actions = counterexample(LifeCycle::new(start, writes, Some(fault)), invariant.name());
    let actions = actions.expect("the fault breaks the invariant");
    println!("{fault:?} breaks {}: {actions:?}", invariant.name());
    actions
}

/// As [`life`], where somebody does such a deed on the way.
fn life_with(
    start: life_cycle::Start,
    fault: Fault,
    invariant: Invariant,
    is_such: fn(&Deed) -> bool,
) {
    let actions = life(start, fault, invariant);
    let is_done =
        |action: &_| matches!(action, life_cycle::Action::Act(_, _, deed) if is_such(deed));
    assert!(actions.iter().any(is_done));
}

#[test]
fn i1_fails_when_the_store_ignores_the_version() {
    race(race::Start::TwoApps, StoreIgnoresVersion, I1);
}

#[test]
fn i1_fails_when_a_failure_takes_the_burnt_step_back() {
    race(race::Start::TwoApps, FailureUnburns, I1);
}

#[test]
fn i1_fails_when_an_old_record_comes_back() {
    race(race::Start::TwoApps, OldRecordComesBack, I1);
}

#[test]
fn i2_fails_when_the_spent_unit_is_rolled_back_with_the_failure() {
    race(race::Start::TwoApps, RollsFailuresBack, I2);
}

#[test]
fn i3_fails_when_a_password_ticket_is_taken_for_a_verified_one() {
    life(life_cycle::Start::Enrolled, TakesPasswordForProof, I3);
}

#[test]
fn i3_fails_when_a_password_associates_a_second_authenticator() {
    life(life_cycle::Start::Enrolled, AssociatesByPassword, I3);
}

#[test]
fn i3_fails_when_guessing_until_the_cap_ends_enrollment() {
    life(life_cycle::Start::Enrolled, DisabledEndsEnrollment, I3);
}

#[test]
fn i4_fails_when_a_second_pending_authenticator_is_confirmed_by_password_alone() {
    let actions = life(life_cycle::Start::Enrolled, ConfirmsByPassword, I4);
    let by_password = |action: &_| match action {
        life_cycle::Action::Act(_, pass, Deed::Confirm(_)) => {
            pass.authority == Authority::FirstFactor
        }
        _ => false,
    };
    assert!(actions.iter().any(by_password));
}

#[test]
fn i4_fails_when_any_ticket_confirms() {
    life(life_cycle::Start::Fresh, AnyTicketConfirms, I4);
}

#[test]
fn i4_fails_when_a_pending_authenticator_answers() {
    life(life_cycle::Start::Enrolled, AnswersWithPending, I4);
}

#[test]
fn i4_fails_when_an_association_displaces_an_active_authenticator() {
    life(life_cycle::Start::Enrolled, AssociationDisplaces, I4);
}

#[test]
fn i5_fails_when_a_used_recovery_code_is_replaced_in_a_second_write() {
    race(race::Start::AppAndRecoveryCode, KeepsUsedRecoveryCode, I5);
}

#[test]
fn i5_fails_when_the_owner_confirms_what_came_with_a_thiefs_association() {
    let actions = life(life_cycle::Start::Fresh, KeepsFirstRecoveryCodes, I5);
    let is = |who, deed: fn(&Deed) -> bool| {
        move |action: &_| match action {
            life_cycle::Action::Act(by, _, done) => *by == who && deed(done),
            _ => false,
        }
    };
    let stolen = is(Who::Thief, |deed| *deed == Deed::Associate);
    let confirmed = is(Who::Owner, |deed| matches!(deed, Deed::Confirm(_)));
    let stolen = actions.iter().position(stolen).expect("the thief associates first");
    assert!(actions[stolen..].iter().any(confirmed));
}

#[test]
fn i6_fails_when_a_future_step_is_forgotten() {
    race(race::Start::TwoApps, ForgetsFutureSteps, I6);
}

#[test]
fn i6_fails_when_a_future_bucket_is_full() {
    race(race::Start::TwoApps, RefillsFutureBuckets, I6);
}

#[test]
fn i7_fails_when_an_outcome_is_revealed_before_it_is_stored() {
    race(race::Start::TwoApps, RevealsBeforeStoring, I7);
}

#[test]
fn i7_fails_when_unknown_is_taken_for_stored() {
    race(race::Start::TwoApps, TakesUnknownForStored, I7);
}

#[test]
fn i8_fails_when_right_answers_are_evaluated_while_locked() {
    race(race::Start::TwoApps, EvaluatesWhileLocked, I8);
}

#[test]
fn i9_fails_when_the_last_factor_is_only_marked_as_removed() {
    life(life_cycle::Start::Enrolled, MarksAsRemoved, I9);
}

#[test]
fn i10_fails_when_one_time_passwords_lock_recovery_codes() {
    race(race::Start::AppAndRecoveryCode, OneLockForAll, I10);
}

#[test]
fn i11_fails_when_padded_records_load() {
    race(race::Start::TwoApps, LoadsPaddedRecords, I11);
}

#[test]
fn i13_fails_when_outdated_tickets_are_renewed() {
    life(life_cycle::Start::Enrolled, RenewsTickets, I13);
}

#[test]
fn i14_fails_when_everything_is_rejected() {
    race(race::Start::TwoApps, RejectsAll, I14);
}

#[test]
fn i2_fails_when_a_familiar_device_always_has_another_try() {
    race(race::Start::Familiar, ReserveWithoutEnd, I2);
}

#[test]
fn i2_fails_when_messages_cost_nothing() {
    race(race::Start::Number, SendsForFree, I2);
}

#[test]
fn i2_fails_when_a_new_code_makes_good_what_wrong_ones_cost() {
    race(race::Start::Number, ChallengeForgives, I2);
}

#[test]
fn i7_fails_when_a_code_is_sent_before_it_is_stored() {
    race(race::Start::Number, RevealsBeforeStoring, I7);
}

#[test]
fn i8_fails_when_right_codes_are_evaluated_while_locked() {
    race(race::Start::Number, EvaluatesWhileLocked, I8);
}

#[test]
fn i10_fails_when_one_time_passwords_lock_a_device() {
    race(race::Start::Pushed, OneLockForAll, I10);
}

#[test]
fn i10_fails_when_strangers_draw_on_the_reserve() {
    race(race::Start::Familiar, StrangersDrawOnReserve, I10);
}

#[test]
fn i10_fails_when_twins_share_failures() {
    race(race::Start::Number, TwinsShareFailures, I10);
}

#[test]
fn i12_fails_when_a_used_code_is_kept() {
    race(race::Start::Number, KeepsUsedCodes, I12);
}

#[test]
fn i12_fails_when_the_store_ignores_the_version() {
    race(race::Start::Number, StoreIgnoresVersion, I12);
}

#[test]
fn i12_fails_when_codes_do_not_end() {
    race(race::Start::Number, TakesExpiredCodes, I12);
}

#[test]
fn i12_fails_when_another_ticket_answers() {
    race(race::Start::Number, AnyTicketAnswers, I12);
}

#[test]
fn i12_fails_when_guesses_are_not_counted() {
    race(race::Start::Number, GuessesWithoutEnd, I12);
}

#[test]
fn i12_fails_when_a_superseded_code_is_kept() {
    race(race::Start::Number, KeepsSupersededCodes, I12);
}

#[test]
fn i12_fails_when_another_ticket_collects_what_the_device_approved() {
    race(race::Start::Pushed, AnyTicketAnswers, I12);
}

#[test]
fn i12_fails_when_a_no_is_taken_for_a_yes() {
    race(race::Start::Pushed, TakesNoForYes, I12);
}

#[test]
fn i12_fails_when_an_approval_is_collected_twice() {
    race(race::Start::Pushed, KeepsUsedCodes, I12);
}

#[test]
fn i12_fails_when_questions_are_not_bound_to_tickets() {
    race(race::Start::Card, QuestionsForAll, I12);
}

#[test]
fn i12_fails_when_a_question_survives_a_wrong_response() {
    race(race::Start::Card, KeepsAnsweredQuestions, I12);
}

#[test]
fn i12_fails_when_questions_do_not_end() {
    race(race::Start::Card, TakesExpiredResponses, I12);
}

#[test]
fn i13_fails_when_expired_tickets_are_taken() {
    race(race::Start::Familiar, TakesExpiredTickets, I13);
}

#[test]
fn i3_fails_when_a_password_associates_a_number() {
    life(life_cycle::Start::Number, AssociatesByPassword, I3);
}

#[test]
fn i4_fails_when_a_pending_number_answers() {
    let by_code = |deed: &_| matches!(deed, Deed::AnswerChallenge(_));
    life_with(life_cycle::Start::Number, AnswersWithPending, I4, by_code);
}

#[test]
fn i4_fails_when_a_number_is_confirmed_without_its_code() {
    confirmed_otherwise(life_cycle::Start::Number);
}

#[test]
fn i4_fails_when_a_device_is_confirmed_by_the_number_that_is_shown_to_type_on_it() {
    confirmed_otherwise(life_cycle::Start::Device);
}

fn confirmed_otherwise(start: life_cycle::Start) {
    life_with(start, ConfirmsByAnyKind, I4, |deed| matches!(deed, Deed::ConfirmOtherwise(_)));
}

#[test]
fn i4_fails_when_a_question_outlives_the_confirmation_by_the_twin() {
    let by_twin = |deed: &_| matches!(deed, Deed::Confirm(_));
    life_with(life_cycle::Start::Device, KeepsUsedCodes, I4, by_twin);
}

#[test]
fn i9_fails_when_only_one_of_two_twins_is_confirmed() {
    life(life_cycle::Start::Device, TwinsConfirmedSingly, I9);
}

#[test]
fn i12_fails_when_another_challenge_confirms() {
    let by_challenge = |deed: &_| matches!(deed, Deed::ConfirmFor(_));
    life_with(life_cycle::Start::Number, ConfirmsByAnyChallenge, I12, by_challenge);
}

#[test]
fn i12_fails_when_a_device_that_said_no_is_confirmed() {
    life(life_cycle::Start::Device, TakesNoForYes, I12);
}

#[test]
fn i9_fails_when_only_one_of_two_twins_is_removed() {
    life(life_cycle::Start::Number, TwinsRemovedSingly, I9);
}

#[test]
fn i12_fails_when_another_ticket_answers_in_the_life_of_an_account() {
    life(life_cycle::Start::Number, AnyTicketAnswers, I12);
}
