"""What the trail keeps of guidance, and from whom it keeps it.

A course is part of nothing there: as a part of its company it would tell whoever reads the company's trail that there
is one, and Early Warning is nobody's to see but the team's. Those who read the trail see of every course alike that it
was written, by whom and when. Which rows went along when two companies were merged is left out for the same reason.
"""

from typing import Any

from matching.models import GuidanceCourse, GuidanceTransition, PrivateReferral
from portal.audit.recording import Readable, about_people, guard, leave_out, part_of
from portal.identity.actor import Actor

about_people("matching_guidancecourse", "guidance_course")
leave_out("matching_guidancecourse", "subject")
leave_out("matching_companymerge", "moved")
part_of("matching_guidancecourse", "matching_guidancetransition", "course_id")
part_of("matching_guidancecourse", "matching_privatereferral", "course_id")


def _of_courses(model: Any) -> Readable:
    def readable(actor: Actor) -> Any:
        return model.objects.filter(course__in=GuidanceCourse.objects.visible_to(actor).order_by().values("pk"))

    return readable


guard("matching_guidancecourse", lambda actor: GuidanceCourse.objects.visible_to(actor))
guard("matching_guidancetransition", _of_courses(GuidanceTransition))
guard("matching_privatereferral", _of_courses(PrivateReferral))
