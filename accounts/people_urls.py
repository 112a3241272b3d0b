"""The addresses of *Brugere og roller*, of invitations and of conflicts."""

from django.urls import path

from accounts.views import conflicts, invitation, people, roles

urlpatterns = [
    path("invitation/<str:token>/", invitation.answer, name="invitation"),
    path("konto/inhabil/", conflicts.own, name="conflict-own"),
    path("brugere/", people.people_list, name="people"),
    path("brugere/inviter/", people.invite, name="person-invite"),
    path("brugere/invitationer/<uuid:invitation>/igen/", people.invite_again, name="invitation-again"),
    path("brugere/invitationer/<uuid:invitation>/traek-tilbage/", people.withdraw, name="invitation-withdraw"),
    path("brugere/<int:pk>/", people.person, name="person"),
    path("brugere/<int:pk>/spaer/", people.bar, name="person-bar"),
    path("brugere/<int:pk>/aabn/", people.unbar, name="person-unbar"),
    path("brugere/<int:pk>/totrin/", people.reset_factor, name="person-factor-reset"),
    path("brugere/<int:pk>/roller/tilfoej/", roles.add, name="role-add"),
    path("brugere/<int:pk>/roller/<int:membership>/slut/", roles.end, name="role-end"),
    path("brugere/<int:pk>/roller/<int:membership>/overdrag/", roles.hand_over, name="role-hand-over"),
    path("brugere/<int:pk>/inhabil/", conflicts.declare, name="conflict-declare"),
    path("brugere/<int:pk>/inhabil/<int:conflict>/ophaev/", conflicts.lift, name="conflict-lift"),
]
