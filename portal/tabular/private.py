"""What a long file holds on its way is the file's: gone when that is imported, or with it when it is not."""

from portal.privacy.registry import nobody
from portal.tabular.models import UploadedContent, UploadedPortion

nobody(UploadedContent, "the bytes of a file that an organisation brought; they go with it, in thirty days at most")
nobody(UploadedPortion, "rows of a file on their way to the records; they go when it has been imported")
