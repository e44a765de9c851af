"""What areas are called, by their ISO 3166-2 code."""


def _named(country: str, table: str) -> dict[str, str]:
    pairs = (pair.strip().split(" ", 1) for pair in table.split(";"))
    return {f"{country}-{code}": name for code, name in pairs}


UNITED_STATES = """
AL Alabama;AK Alaska;AZ Arizona;AR Arkansas;CA California;CO Colorado;CT Connecticut;DE Delaware;
DC District of Columbia;FL Florida;GA Georgia;HI Hawaii;ID Idaho;IL Illinois;IN Indiana;IA Iowa;KS Kansas;KY Kentucky;
LA Louisiana;ME Maine;MD Maryland;MA Massachusetts;MI Michigan;MN Minnesota;MS Mississippi;MO Missouri;MT Montana;
NE Nebraska;NV Nevada;NH New Hampshire;NJ New Jersey;NM New Mexico;NY New York;NC North Carolina;ND North Dakota;
OH Ohio;OK Oklahoma;OR Oregon;PA Pennsylvania;RI Rhode Island;SC South Carolina;SD South Dakota;TN Tennessee;TX Texas;
UT Utah;VT Vermont;VA Virginia;WA Washington;WV West Virginia;WI Wisconsin;WY Wyoming
"""
CANADA = """
AB Alberta;BC British Columbia;MB Manitoba;NB New Brunswick;NL Newfoundland and Labrador;NS Nova Scotia;ON Ontario;
PE Prince Edward Island;QC Quebec;SK Saskatchewan;YT Yukon
"""
AUSTRALIA = """
ACT Australian Capital Territory;NSW New South Wales;NT Northern Territory;QLD Queensland;SA South Australia;
TAS Tasmania;VIC Victoria;WA Western Australia
"""
FRANCE = """
01 Ain;02 Aisne;03 Allier;04 Alpes-de-Haute-Provence;05 Hautes-Alpes;06 Alpes-Maritimes;07 Ardèche;08 Ardennes;
09 Ariège;10 Aube;11 Aude;12 Aveyron;13 Bouches-du-Rhône;14 Calvados;15 Cantal;16 Charente;17 Charente-Maritime;
18 Cher;19 Corrèze;2A Corse-du-Sud;2B Haute-Corse;21 Côte-d’Or;22 Côtes-d’Armor;23 Creuse;24 Dordogne;25 Doubs;
26 Drôme;27 Eure;28 Eure-et-Loir;29 Finistère;30 Gard;31 Haute-Garonne;32 Gers;33 Gironde;34 Hérault;
35 Ille-et-Vilaine;36 Indre;37 Indre-et-Loire;38 Isère;39 Jura;40 Landes;41 Loir-et-Cher;42 Loire;43 Haute-Loire;
44 Loire-Atlantique;45 Loiret;46 Lot;47 Lot-et-Garonne;48 Lozère;49 Maine-et-Loire;50 Manche;51 Marne;52 Haute-Marne;
53 Mayenne;54 Meurthe-et-Moselle;55 Meuse;56 Morbihan;57 Moselle;58 Nièvre;59 Nord;60 Oise;61 Orne;62 Pas-de-Calais;
63 Puy-de-Dôme;64 Pyrénées-Atlantiques;65 Hautes-Pyrénées;66 Pyrénées-Orientales;67 Bas-Rhin;68 Haut-Rhin;69 Rhône;
70 Haute-Saône;71 Saône-et-Loire;72 Sarthe;73 Savoie;74 Haute-Savoie;75C Paris;76 Seine-Maritime;77 Seine-et-Marne;
78 Yvelines;79 Deux-Sèvres;80 Somme;81 Tarn;82 Tarn-et-Garonne;83 Var;84 Vaucluse;85 Vendée;86 Vienne;87 Haute-Vienne;
88 Vosges;89 Yonne;90 Territoire de Belfort;91 Essonne;92 Hauts-de-Seine;93 Seine-Saint-Denis;94 Val-de-Marne;
95 Val-d’Oise;971 Guadeloupe;972 Martinique;973 Guyane;974 La Réunion;976 Mayotte;BL Saint-Barthélemy;MF Saint-Martin;
PM Saint-Pierre-et-Miquelon;WF Wallis-et-Futuna;PF Polynésie française;NC Nouvelle-Calédonie
"""
SPAIN = """
VI Araba/Álava;AB Albacete;A Alacant/Alicante;AL Almería;AV Ávila;BA Badajoz;PM Illes Balears;B Barcelona;BU Burgos;
CC Cáceres;CA Cádiz;CS Castelló/Castellón;CR Ciudad Real;CO Córdoba;C A Coruña;CU Cuenca;GI Girona;GR Granada;
GU Guadalajara;SS Gipuzkoa;H Huelva;HU Huesca;J Jaén;LE León;L Lleida;LO La Rioja;LU Lugo;M Madrid;MA Málaga;MU Murcia;
NA Navarra/Nafarroa;OR Ourense;O Asturias;P Palencia;GC Las Palmas;PO Pontevedra;SA Salamanca;
TF Santa Cruz de Tenerife;S Cantabria;SG Segovia;SE Sevilla;SO Soria;T Tarragona;TE Teruel;TO Toledo;
V València/Valencia;VA Valladolid;BI Bizkaia;ZA Zamora;Z Zaragoza;CE Ceuta;ML Melilla
"""

NAMES: dict[str, str] = {
    **_named("US", UNITED_STATES),
    **_named("CA", CANADA),
    **_named("AU", AUSTRALIA),
    **_named("FR", FRANCE),
    **_named("ES", SPAIN),
}
