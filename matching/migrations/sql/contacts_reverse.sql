DROP TRIGGER matching_guard_codes ON matching_need;
DROP TRIGGER matching_guard_codes ON matching_companycontact;
DROP FUNCTION matching_guard_codes();
