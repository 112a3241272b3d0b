from django.urls import path

from cases.views import calling_in, completeness, handing_in, receipts, supplements, withdrawing

urlpatterns = [
    path("indkaldelse/", calling_in.show, name="call-in"),
    path("indkaldelse/ret/", calling_in.edit, name="call-in-edit"),
    path("indkaldelse/send/", calling_in.send, name="call-in-send"),
    path("indkaldelse/pdf/", calling_in.pdf, name="call-in-pdf"),
    path("indkaldelse/pdf/lav/", calling_in.make_pdf, name="call-in-make-pdf"),
    path("<slug:kind>/indsend/", handing_in.hand_in, name="hand-in"),
    path("<slug:kind>/dispensation/", handing_in.dispense, name="dispensation"),
    path("<slug:kind>/dispensation/fjern/", handing_in.take_dispensation_back, name="dispensation-take-back"),
    path("<slug:kind>/komplet/", handing_in.complete, name="round-complete"),
    path("<slug:kind>/kvittering/<uuid:receipt>/", receipts.show, name="receipt"),
    path("<slug:kind>/kvittering/<uuid:receipt>/pdf/", receipts.pdf, name="receipt-pdf"),
    path("<slug:kind>/kvittering/<uuid:receipt>/pdf/lav/", receipts.make_pdf, name="receipt-make-pdf"),
    path("<slug:kind>/slettet/<uuid:withdrawal>/", receipts.withdrawal, name="withdrawal"),
    path("<slug:kind>/fuldstaendighed/", completeness.show, name="completeness"),
    path("<slug:kind>/fuldstaendighed/excel/", completeness.xlsx, name="completeness-xlsx"),
    path("<slug:kind>/<int:number>/supplement/", supplements.show, name="supplement"),
    path("<slug:kind>/<int:number>/supplement/bed/", supplements.ask, name="supplement-ask"),
    path("<slug:kind>/<int:number>/supplement/fortryd/", supplements.take_back, name="supplement-take-back"),
    path("<slug:kind>/<int:number>/supplement/indsend/", supplements.hand_in, name="supplement-hand-in"),
    path("<slug:kind>/<int:number>/traek-tilbage/", withdrawing.withdraw, name="case-withdraw"),
]
