"""What the demo's reviewers write, by the code of the criterion: no case is real, nobody is named, and nothing is counted."""

from __future__ import annotations

# What is missing → what can be learned.
WEAK: dict[str, tuple[str, str]] = {
    "hjemmel": (
        "Afgørelsen nævner flere bestemmelser, men ikke hvilken af dem hjælpen er givet efter.",
        "Skriv den bestemmelse, som afgørelsen bygger på, og hold den op mod det, der er søgt om.",
    ),
    "oplysning": (
        "Der er ikke indhentet oplysninger om, hvordan borgeren klarer hverdagen uden for hjemmet, selv om ansøgningen handler om det.",
        "Spørg, før der træffes afgørelse: Hvad ved vi ikke endnu, og hvem ved det?",
    ),
    "begrundelse": (
        "Begrundelsen gengiver reglen, men viser ikke, hvordan den er brugt på borgerens forhold.",
        "Skriv begrundelsen, så borgeren kan genkende sin egen situation i den.",
    ),
    "vurdering": (
        "Vurderingen bygger på, hvad kommunen plejer at bevilge, og ikke på borgerens konkrete behov.",
        "Lad behovet komme først og indsatsen bagefter. Et serviceniveau er en ramme, ikke en vurdering.",
    ),
    "partshoering": (
        "Nye oplysninger fra lægen blev brugt i afgørelsen, uden at borgeren fik dem at se først.",
        "Send de oplysninger, der kan få betydning, til borgeren, før afgørelsen træffes.",
    ),
    "klagevejledning": (
        "Klagevejledningen nævner fristen, men ikke at klagen skal sendes til kommunen.",
        "Brug den samme klagevejledning i alle breve, og læs den igennem med borgerens øjne.",
    ),
    "helhed": (
        "Støtten i hjemmet er vurderet for sig, selv om sagen også viser behov for hjælp til at komme i gang med uddannelse.",
        "Se behovene samlet, også når de hører til flere afdelinger.",
    ),
    "inddragelse": (
        "Det fremgår ikke, hvad borgeren selv mente om den indsats, der blev valgt.",
        "Skriv, hvad borgeren ønsker, og hvad I gjorde med det.",
    ),
    "frist": (
        "Borgeren fik ikke besked om, at sagen ville tage længere tid end den frist, kommunen har offentliggjort.",
        "Giv besked, så snart I ved, at fristen ikke holder, og skriv, hvornår borgeren kan regne med svar.",
    ),
    "handleplan": (
        "Borgeren blev ikke tilbudt en plan, selv om indsatsen løber over længere tid.",
        "Tilbyd planen, når indsatsen begynder, og skriv det ned, hvis borgeren siger nej.",
    ),
    "opfoelgning": (
        "Der er ikke fulgt op på målene, siden indsatsen begyndte.",
        "Aftal dagen for opfølgning, allerede når indsatsen bevilges.",
    ),
    "notatpligt": (
        "Der er lavet aftaler i telefonen, som først kan ses i sagen, da afgørelsen foreligger.",
        "Skriv et kort notat samme dag: hvem, hvad, og hvad det betyder for sagen.",
    ),
    "vejledning": (
        "Borgeren spurgte til hjælpemidler, men fik ikke vejledning om, hvor det kan søges.",
        "Lyt efter det, der ligger uden for ansøgningen, og vis vej videre.",
    ),
}
# What others can copy.
GOOD: dict[str, str] = {
    "oplysning": "Sagen samler oplysninger fra borgeren, pårørende og fagfolk, og det fremgår, hvad der blev lagt vægt på.",
    "begrundelse": "Begrundelsen går fra borgerens egne ord til reglen og videre til resultatet, så man kan følge tankegangen.",
    "klagevejledning": "Klagevejledningen står samlet sidst i brevet, i et sprog, der er let at forstå, og med navn og telefon.",
    "helhed": "Støtten er tænkt sammen med beskæftigelsesindsatsen, og afdelingerne mødtes med borgeren samtidig.",
    "inddragelse": "Borgerens egne ord står i sagen, og det ses, hvordan de fik betydning for indsatsen.",
    "opfoelgning": "Opfølgningen er aftalt fra begyndelsen, og målene blev justeret sammen med borgeren.",
}
# VISO: strength → what can be developed.
FOCUS: dict[str, tuple[str, str]] = {
    "udredning": (
        "Behov og ressourcer er beskrevet, så man ser mennesket bag.",
        "Borgerens egne ønsker kan stå tydeligere, og fagpersoner kan inddrages tidligere.",
    ),
    "valg-af-indsats": (
        "Indsatsen passer til det, borgeren gerne vil.",
        "Målene kan blive mere konkrete, så det kan ses, når de er nået.",
    ),
    "opfoelgning": (
        "Opfølgningen er planlagt fra begyndelsen.",
        "Det kan stå klarere, hvad der blev ændret efter opfølgningen.",
    ),
    "inddragelse": (
        "Borgeren og netværket er hørt undervejs.",
        "Vis i vurderingen, hvad samtalerne førte til.",
    ),
    "helhed-og-sammenhaeng": (
        "Skole, fritid og støtte hænger sammen.",
        "Overgangen til voksenlivet kan planlægges tidligere.",
    ),
}
NOT_APPEALED = "Der er ikke klaget over afgørelsen."
UNINFORMED = "Sagen mangler en beskrivelse af behovet for støtte uden for hjemmet, og den kan ændre resultatet."
WRONG = "Efter vores opfattelse er betingelserne for hjælpen opfyldt med de oplysninger, der ligger i sagen."
NOTE = "Drøft med anden læser, før den sendes videre."
COMMENT = "Kan begrundelsen under helhedsvurderingen gøres mere konkret? Henvis gerne til notatet om uddannelse."
NOT_TOLD = (NOT_APPEALED, *(development for _, development in FOCUS.values()))  # as a finding it says too little
