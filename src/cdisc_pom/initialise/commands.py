"""The command `cdisc-pom init`. Logic lives beside it; libraries are imported when it runs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cdisc_pom.options import LabelLanguage, plainly

if TYPE_CHECKING:
    from cdisc_pom.initialise.setting import Setting
    from cdisc_pom.initialise.start import Started
    from cdisc_pom.initialise.survey import Survey
    from cdisc_pom.standards import Store


def init(
    folder: Annotated[Path, typer.Argument(help="Folder of the project; made when missing.")],
    *,
    study: Annotated[
        str | None, typer.Option(help="Name of the study.", show_default="as in the raw forms")
    ] = None,
    raw: Annotated[
        Path | None, typer.Option(help="Folder of the raw forms.", show_default="data/STUDY/raw")
    ] = None,
    domains: Annotated[
        str | None,
        typer.Option(
            help="Data sets, such as DM,AE,VS,ADSL,ADAE.", show_default="those recognised"
        ),
    ] = None,
    agency: Annotated[
        str | None, typer.Option(help="nmpa, fda or pmda.", show_default="nmpa")
    ] = None,
    language: Annotated[
        LabelLanguage | None,
        typer.Option(help="Language of labels.", show_default="the agency's"),
    ] = None,
    sdtmig: Annotated[
        str | None, typer.Option(help="Version of SDTMIG.", show_default="newest at hand")
    ] = None,
    adamig: Annotated[
        str | None, typer.Option(help="Version of ADaMIG.", show_default="newest at hand")
    ] = None,
    ct: Annotated[
        str | None,
        typer.Option(help="Version of SDTM terminology.", show_default="newest at hand"),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Write over workbooks that are there.")
    ] = False,
) -> None:
    """Start a study: workbooks with the guide's variables and proposals from the raw forms.

    On a terminal it asks for what no option says; elsewhere it takes the defaults. It writes
    specs/STUDY/sdtm.xlsx (and adam.xlsx) with a README beside them. Every proposal says why it is
    made; required variables without one stay open, and cdisc-pom lint lists them.

    Example: cdisc-pom init . --raw export --domains DM,AE,VS --agency nmpa
    """
    with plainly():
        from cdisc_pom.initialise.start import start_study  # noqa: PLC0415
        from cdisc_pom.standards import Store  # noqa: PLC0415

        store = Store.here()
        ask = sys.stdin.isatty() and sys.stdout.isatty()
        said = _Said(
            study, raw, domains, agency, language.value if language else None, sdtmig, adamig, ct
        )
        setting, survey = said.settle(folder, store, ask=ask)
        started = start_study(folder, setting, survey, store, force=force)
        _show(setting, started)


class _Said:
    """What the options say; the rest is asked for or taken by default."""

    def __init__(
        self,
        study: str | None,
        raw: Path | None,
        domains: str | None,
        agency: str | None,
        language: str | None,
        sdtmig: str | None,
        adamig: str | None,
        ct: str | None,
    ) -> None:
        self.study, self.raw, self.domains, self.agency = study, raw, domains, agency
        self.language, self.sdtmig, self.adamig, self.ct = language, sdtmig, adamig, ct

    def settle(self, folder: Path, store: Store, *, ask: bool) -> tuple[Setting, Survey]:
        """The study's setting and its raw forms."""
        from cdisc_pom.initialise.setting import (  # noqa: PLC0415
            Setting,
            default_language,
            known_terminology,
            known_versions,
            newest,
        )
        from cdisc_pom.initialise.survey import survey_folder  # noqa: PLC0415

        def answer(said: str | None, question: str, default: str) -> str:
            if said is not None or not ask:
                return said if said is not None else default
            return str(typer.prompt(question, default=default))

        place = self.raw or _raw_folder(folder, self.study)
        raw = Path(answer(str(place) if self.raw else None, "Folder of the raw forms", str(place)))
        survey = survey_folder(raw)
        name = answer(self.study, "Name of the study", survey.study or folder.resolve().name)
        agency = answer(self.agency, "Agency (nmpa, fda, pmda)", "nmpa").strip().casefold()
        language = answer(self.language, "Language of labels (zh, en)", default_language(agency))
        sdtmig = answer(self.sdtmig, "Version of SDTMIG", newest(known_versions("SDTMIG", store)))
        adamig = answer(self.adamig, "Version of ADaMIG", newest(known_versions("ADaMIG", store)))
        ct = answer(
            self.ct, "Version of SDTM terminology", newest(known_terminology("SDTM", store))
        )
        usual = ",".join(_recognised(survey, sdtmig, store))
        names = _names(answer(self.domains, "Data sets, with commas", usual))
        analysis = tuple(n for n in names if n.startswith("AD") and len(n) > 2)  # noqa: PLR2004
        setting = Setting(
            name.casefold(), survey.study or name.upper(), raw, agency,
            "zh" if language == "zh" else "en", sdtmig, adamig, ct,
            newest(known_terminology("ADaM", store)),
            tuple(name for name in names if name not in analysis),
            tuple(sorted(analysis, key=lambda name: name != "ADSL")),
        )  # fmt: skip
        return setting, survey


def _raw_folder(folder: Path, study: str | None) -> Path:
    """`data/STUDY/raw`; of an unnamed study the only such folder there is."""
    if study is not None:
        return folder / "data" / study.casefold() / "raw"
    found = sorted(path for path in folder.glob("data/*/raw") if path.is_dir())
    return found[0] if len(found) == 1 else folder / "data" / folder.resolve().name / "raw"


def _recognised(survey: Survey, sdtmig: str, store: Store) -> list[str]:
    """Domains of the forms that are recognised, in the guide's order."""
    from cdisc_pom.initialise.forms import forms_of  # noqa: PLC0415
    from cdisc_pom.initialise.setting import known_domains  # noqa: PLC0415

    found = {form.domain for form in forms_of(survey).values() if form.sure}
    return [name for name in known_domains(sdtmig, store) if name in found]


def _names(text: str) -> list[str]:
    parts = text.replace(";", ",").replace(" ", ",").split(",")
    return list(dict.fromkeys(part.strip().upper() for part in parts if part.strip()))


def _show(setting: Setting, started: Started) -> None:
    for path in started.files:
        typer.echo(str(path))
    typer.echo(
        f"{started.filled} of {started.variables} variables have a value or a proposal; "
        f"{started.doubtful} rows are guesses to look at."
    )
    typer.echo(f"Next: cdisc-pom lint {setting.study}, then cdisc-pom build {setting.study}")
