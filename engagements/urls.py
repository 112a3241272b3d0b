from django.urls import path

from engagements.views import dates, engagement, export, milestones, paste, portfolio

urlpatterns = [
    path("", portfolio.portfolio, name="engagements"),
    path("dato/", dates.understood, name="understood-date"),
    path("opret/", portfolio.open_form, name="engagement-open"),
    path("opret/plan/", portfolio.open_preview, name="engagement-preview"),
    path("opret/gem/", portfolio.open_engagement, name="engagement-create"),
    path("<int:pk>/", engagement.show, name="engagement"),
    path("<int:pk>/team/", engagement.team, name="engagement-team"),
    path("<int:pk>/team/<int:member>/projektleder/", engagement.team_lead, name="team-lead"),
    path("<int:pk>/team/<int:member>/afslut/", engagement.team_leave, name="team-leave"),
    path("<int:pk>/status/", engagement.state, name="engagement-state"),
    path("<int:pk>/fase/", engagement.phase, name="engagement-phase"),
    path("<int:pk>/historik/", engagement.history, name="engagement-history"),
    path("<int:pk>/tidsplan/", milestones.timetable, name="timetable"),
    path("<int:pk>/tidsplan/indlaes/", paste.paste, name="timetable-paste"),
    path("<int:pk>/tidsplan/indlaes/kontrol/", paste.check, name="timetable-check"),
    path("<int:pk>/tidsplan/indlaes/gem/", paste.take_in, name="timetable-import"),
    path("<int:pk>/tidsplan/pdf/", export.pdf, name="timetable-pdf"),
    path("<int:pk>/tidsplan.xlsx", export.xlsx, name="timetable-xlsx"),
    path("<int:pk>/milepaele/tilfoej/", milestones.add, name="milestone-add"),
    path("<int:pk>/milepaele/<int:milestone>/", milestones.show, name="milestone"),
    path("<int:pk>/milepaele/<int:milestone>/ret/", milestones.edit, name="milestone-edit"),
    path("<int:pk>/milepaele/<int:milestone>/flyt/", milestones.move, name="milestone-move"),
    path("<int:pk>/milepaele/<int:milestone>/flyt/gem/", milestones.accept_move, name="milestone-move-accept"),
    path("<int:pk>/milepaele/<int:milestone>/opfyldt/", milestones.meet, name="milestone-meet"),
    path("<int:pk>/milepaele/<int:milestone>/bortfald/", milestones.drop, name="milestone-drop"),
    path("<int:pk>/milepaele/<int:milestone>/genaabn/", milestones.reopen, name="milestone-reopen"),
    path("<int:pk>/milepaele/<int:milestone>/slet/", milestones.delete, name="milestone-delete"),
    path("<int:pk>/aendringer/<int:change>/fortryd/", milestones.undo, name="change-undo"),
]
