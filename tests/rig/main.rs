//! The same annotated agent on several releases of Rig and with four providers: what it leaves is
//! the same. `./run` says which releases, and how they are built.

mod case;
mod check;
mod receiver;
mod versions;

/// A test for every way in which a run can go, of one provider of one release.
macro_rules! provider {
    ($version:ident, $provider:ident) => {
        mod $provider {
            use crate::case::{
                How, SECRETS_OF_A_RUN, dropped, max_turns, refused, refused_later, single_turn,
                two_turns,
            };
            use crate::check::{Run, assert_planted, check, check_often};
            use crate::versions::Tells;
            use crate::versions::$version::$provider;

            const RUN: Run = |url, how| Box::pin(async move { $provider::run(&url, how).await });
            const TELLS: Tells = $provider::TELLS;

            #[test]
            fn what_must_not_leave_is_there_to_leave() {
                assert_planted(RUN, &two_turns(How::Text), &SECRETS_OF_A_RUN);
            }

            #[test]
            fn nothing_of_it_leaves_however_often_and_however_runs_end() {
                let cases = [
                    two_turns(How::Text),
                    two_turns(How::Stream),
                    two_turns(How::InFull),
                    single_turn(How::Model),
                    refused(How::Text, 429),
                    refused_later(How::Stream),
                    dropped(),
                    max_turns(How::Text),
                ];
                check_often(RUN, TELLS, &cases);
            }

            #[test]
            fn a_single_turn_is_counted() {
                check(RUN, TELLS, &single_turn(How::Text));
            }

            #[test]
            fn what_rig_returns_of_the_usage_is_not_counted_again() {
                check(RUN, TELLS, &single_turn(How::InFull));
                check(RUN, TELLS, &two_turns(How::InFull));
            }

            #[test]
            fn a_model_call_around_rigs_is_counted_once() {
                check(RUN, TELLS, &single_turn(How::Model));
            }

            #[test]
            fn two_turns_with_a_tool_add_up() {
                check(RUN, TELLS, &two_turns(How::Text));
            }

            #[test]
            fn a_stream_is_counted() {
                check(RUN, TELLS, &single_turn(How::Stream));
            }

            #[test]
            fn a_stream_with_a_tool_adds_up() {
                check(RUN, TELLS, &two_turns(How::Stream));
            }

            #[test]
            fn a_rate_limit_is_an_error() {
                check(RUN, TELLS, &refused(How::Text, 429));
                check(RUN, TELLS, &refused(How::Stream, 429));
            }

            #[test]
            fn a_server_error_is_an_error() {
                check(RUN, TELLS, &refused(How::Text, 500));
                check(RUN, TELLS, &refused(How::Stream, 500));
            }

            #[test]
            fn what_was_paid_before_an_error_is_counted() {
                check(RUN, TELLS, &refused_later(How::Text));
            }

            #[test]
            fn a_dropped_stream_is_abandoned() {
                check(RUN, TELLS, &dropped());
            }

            #[test]
            fn a_run_without_end_is_an_error_and_counted() {
                check(RUN, TELLS, &max_turns(How::Text));
            }
        }
    };
}

macro_rules! version {
    ($feature:literal, $version:ident) => {
        #[cfg(feature = $feature)]
        mod $version {
            provider!($version, openai_chat);
            provider!($version, openai_responses);
            provider!($version, anthropic);
            provider!($version, gemini);
        }
    };
}

version!("v0_31", v0_31);
version!("v0_40", v0_40);
version!("v0_44", v0_44);
version!("v0_46", v0_46);
