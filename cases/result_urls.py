"""What comes of the reviews: the matrix, the findings; under the addresses of cases/urls.py."""

from django.urls import path

from cases.views import findings, matrix

MATRIX, FINDINGS = "<slug:kind>/matrix/", "<slug:kind>/fund/"
FINDING = f"{FINDINGS}<int:finding>/"
urlpatterns = [
    path(MATRIX, matrix.show, name="matrix"),
    path(f"{MATRIX}excel/", matrix.xlsx, name="matrix-xlsx"),
    path(f"{MATRIX}<slug:face>/<slug:criterion>/", matrix.criterion, name="matrix-criterion"),
    path(f"{MATRIX}<int:number>/<slug:face>/<slug:criterion>/", matrix.cell, name="matrix-cell"),
    path(FINDINGS, findings.show_all, name="findings"),
    path(FINDING, findings.show, name="finding"),
    path(f"{FINDING}gem/", findings.save, name="finding-save"),
    path(f"{FINDING}godkend/", findings.clear, name="finding-clear"),
    path(f"{FINDING}traek-tilbage/", findings.withdraw, name="finding-withdraw"),
    path(f"{FINDING}genoptag/", findings.take_up, name="finding-take-up"),
]
