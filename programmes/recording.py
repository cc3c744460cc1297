"""What the trail knows of programmes' tables: what belongs to what, and whose a saved list is."""

from portal.audit.recording import guard, part_of
from portal.identity.actor import Actor
from programmes.models import SavedList

part_of("programmes_programme", "programmes_focusarea", "programme_id")
part_of("programmes_programme", "programmes_activity", "programme_id")
part_of("programmes_programme", "programmes_criterion", "programme_id")
part_of("programmes_programme", "programmes_effectindicator", "programme_id")
part_of("programmes_programme", "programmes_backgroundfact", "programme_id")
part_of("programmes_focusarea", "programmes_backgroundfact", "focus_area_id")
part_of("programmes_focusarea", "programmes_focusarealink", "area_id")
part_of("programmes_focusarea", "programmes_cluster", "focus_area_id")
part_of("programmes_focusarea", "programmes_criterionscore", "focus_area_id")
part_of("programmes_focusarea", "programmes_expectedeffect", "focus_area_id")
part_of("programmes_activity", "programmes_initiativearea", "initiative_id")
part_of("programmes_activity", "programmes_initiativepartner", "initiative_id")
part_of("programmes_activity", "programmes_initiativeitem", "initiative_id")
part_of("programmes_activity", "programmes_initiativestatus", "initiative_id")
part_of("programmes_activity", "programmes_milestone", "initiative_id")


def _own_lists(actor: Actor, rows: set[str]) -> set[str]:
    found = SavedList.objects.visible_to(actor).filter(pk__in=rows).order_by()
    return {str(pk) for pk in found.values_list("pk", flat=True)}


guard("programmes_savedlist", _own_lists)
