DROP TRIGGER programmes_guard_follow_up ON programmes_followup;
DROP FUNCTION programmes_guard_follow_up();
DROP TRIGGER programmes_guard_recommendation ON programmes_recommendation;
DROP FUNCTION programmes_guard_recommendation();
DROP TRIGGER programmes_guard_meeting ON programmes_meeting;
DROP FUNCTION programmes_guard_meeting();
DROP TRIGGER programmes_guard_decision_meeting ON programmes_decision;
DROP FUNCTION programmes_guard_decision_meeting();
