DROP TRIGGER matching_guard_followed ON matching_match;
DROP TRIGGER matching_guard_follows ON matching_match;
DROP FUNCTION matching_guard_follows();
