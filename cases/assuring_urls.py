"""The addresses around the reviews: who has which case, sending them on, assurance, and being *inhabil*."""

from django.urls import path

from cases.views import assigning, assuring, conflicting, my_cases

urlpatterns = [
    path("<slug:kind>/fordeling/", assigning.assign, name="review-assign"),
    path("<slug:kind>/send-til-kvalitetssikring/", my_cases.send, name="reviews-send"),
    path("<slug:kind>/<int:number>/inhabil/", conflicting.declare, name="case-conflict"),
    path("<slug:kind>/<int:number>/inhabil/<int:case_conflict>/ophaev/", conflicting.lift, name="case-conflict-lift"),
    path("<slug:kind>/<int:number>/kvalitetssikring/", assuring.show, name="review-assure"),
    path("<slug:kind>/<int:number>/kvalitetssikring/kommentar/", assuring.comment, name="review-comment"),
    path("<slug:kind>/<int:number>/kvalitetssikring/send-tilbage/", assuring.send_back, name="review-return"),
    path("<slug:kind>/<int:number>/kvalitetssikring/godkend/", assuring.approve, name="review-approve"),
    path("<slug:kind>/<int:number>/kvalitetssikring/genaabn/", assuring.reopen, name="review-reopen"),
]
