from documents.models.document import CprFinding, Document, DocumentPage
from documents.models.stored import FileKey, StoredFile, Vault
from documents.models.upload import Upload

__all__ = ["CprFinding", "Document", "DocumentPage", "FileKey", "StoredFile", "Upload", "Vault"]
