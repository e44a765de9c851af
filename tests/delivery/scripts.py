"""Names in sixty scripts in which people write their names today, by ISO 15924."""

NAMES = {
    "Latn": "Zoë Łukasiewicz", "Grek": "Ελένη Παπαδοπούλου", "Cyrl": "Олександра Шевченко", "Arab": "فاطمة الزهراء",
    "Hani": "王小明", "Deva": "अनीता शर्मा", "Hebr": "אבי כהן", "Thai": "สมชาย ใจดี", "Hang": "김민준",
    "Hira": "さとう はなこ", "Geor": "ანა გიორგაძე", "Armn": "Անի Հակոբյան", "Ethi": "ሰላም ተስፋዬ",
    "Beng": "রহিম উদ্দিন", "Taml": "தமிழ் செல்வி",
    "Knda": "ಕಾವ್ಯ ಗೌಡ", "Telu": "తెలుగు రాజు", "Guru": "ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ", "Gujr": "ગીતા પટેલ", "Mlym": "ഗീത നായർ",
    "Sinh": "සුනිල් පෙරේරා", "Laoo": "ລາວ ສົມ", "Mymr": "မောင် မောင်", "Khmr": "សុខ សុភា", "Kana": "サトウ ハナコ",
    "Tibt": "བསྟན་འཛིན་", "Orya": "ସୁମିତ୍ରା ଦାସ", "Syrc": "ܡܪܝܡ ܫܡܥܘܢ", "Thaa": "އަހުމަދު", "Nkoo": "ߊߡߊߘߎ",
    "Cher": "ᏎᏉᏯ", "Cans": "ᐊᓕᓯ", "Mong": "ᠪᠠᠲᠤ", "Bopo": "ㄌㄧˇ ㄇㄧㄥˊ", "Yiii": "ꆈꌠ", "Tfng": "ⵜⵉⵏⵀⵉⵏⴰⵏ",
    "Vaii": "ꕉꖸ", "Bamu": "ꚠꚡ", "Java": "ꦱꦫꦶ", "Bali": "ᬫᬤᬾ", "Sund": "ᮞᮤᮒᮤ", "Bugi": "ᨒᨕᨚ", "Batk": "ᯘᯪᯖᯪ",
    "Tglg": "ᜋᜇᜒ", "Lana": "ᨠᩣ", "Talu": "ᦷᦑ", "Tale": "ᥖᥭ", "Tavt": "ꪼꪕ", "Cham": "ꨀꨁ", "Kali": "ꤊꤢ", "Lepc": "ᰛᰩᰵ",
    "Limb": "ᤕᤠ", "Mtei": "ꯃꯤꯇꯩ", "Olck": "ᱥᱟᱱ", "Saur": "ꢱꣃ", "Cakm": "\U0001110c\U0001110b",
    "Adlm": "\U0001e900\U0001e924", "Osge": "\U000104d8\U000104e3", "Lisu": "ꓛꓳ", "Rohg": "\U00010d00\U00010d1d",
}  # fmt: skip
