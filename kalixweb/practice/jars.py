"""Apache Kafka's jars: fetched once with the machine's own Maven, then reused from the cache."""

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

KAFKA_VERSION = "4.4.0"
_OLDEST_JAVA = 17
_FETCH_SECONDS = 600

_POM = f"""<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>kalixweb</groupId>
  <artifactId>practice</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId>
      <artifactId>kafka_2.13</artifactId>
      <version>{KAFKA_VERSION}</version>
    </dependency>
    <dependency>
      <groupId>org.slf4j</groupId>
      <artifactId>slf4j-simple</artifactId>
      <version>1.7.36</version>
    </dependency>
  </dependencies>
  <build>
    <plugins>
      <plugin>
        <artifactId>maven-dependency-plugin</artifactId>
        <version>3.8.1</version>
      </plugin>
    </plugins>
  </build>
</project>
"""


class PracticeImpossible(Exception):
    """The practice Kafka cannot do what was asked; the message is one sentence for a person."""


class JavaMissing(PracticeImpossible):
    """No Java, or one that is too old for this Kafka."""


class MavenMissing(PracticeImpossible):
    """The jars are not in the cache, and there is no Maven to fetch them."""


class JarsNotFetched(PracticeImpossible):
    """Maven ran, but did not bring the jars."""


def java() -> str:
    """Path of a Java runtime of version 17 or newer; raises JavaMissing."""
    home = os.environ.get("JAVA_HOME")
    at_home = Path(home, "bin", "java") if home else None
    found = str(at_home) if at_home and at_home.is_file() else shutil.which("java")
    needs = f"The practice Kafka needs Java {_OLDEST_JAVA} or newer"
    if not found:
        raise JavaMissing(f"{needs}, and none was found. Install a JRE, or set JAVA_HOME.")
    answer = subprocess.run([found, "-version"], capture_output=True, text=True, check=False)
    version = re.search(r'version "(?:1\.)?(\d+)', answer.stderr)
    if not version:
        raise JavaMissing(f"{needs}, and {found} does not run. Install a JRE, or set JAVA_HOME.")
    if int(version[1]) < _OLDEST_JAVA:
        raise JavaMissing(
            f"{needs}, and {found} is Java {version[1]}. Install a newer JRE, or set JAVA_HOME."
        )
    return found


def cache_folder() -> Path:
    """Where the jars of exactly this pom are kept; a changed pom gets another folder."""
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    key = hashlib.sha256(_POM.encode()).hexdigest()[:16]
    return Path(base).expanduser() / "kalixweb" / f"practice-{key}"


def class_path() -> str:
    """The value for ``java -cp``; the jars must have been fetched."""
    return str(cache_folder() / "libs" / "*")


def fetch(say: Callable[[str], None]) -> None:
    """Bring the jars into the cache unless they are there; ``say`` is told before it takes time."""
    folder = cache_folder()
    if (folder / "libs").is_dir():
        return
    maven = shutil.which("mvn")
    if not maven:
        raise MavenMissing(
            "The practice Kafka is fetched with Maven, and mvn was not found. Install Maven."
        )
    say(f"Fetching Apache Kafka {KAFKA_VERSION} with Maven, this once …")
    folder.mkdir(parents=True, exist_ok=True)
    # Fetched beside the final place and moved there whole: an interrupted download leaves no half.
    with tempfile.TemporaryDirectory(dir=folder, prefix="fetch-") as work:
        Path(work, "pom.xml").write_text(_POM, encoding="utf-8")
        goal = ["dependency:copy-dependencies", "-DincludeScope=runtime", "-DoutputDirectory=libs"]
        try:
            # -C: a jar whose checksum differs from the repository's is refused.
            done = subprocess.run(
                [maven, "-q", "-B", "-C", *goal],
                cwd=work,
                capture_output=True,
                text=True,
                timeout=_FETCH_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as late:
            raise JarsNotFetched(
                f"Maven did not bring Apache Kafka {KAFKA_VERSION} within {_FETCH_SECONDS // 60} "
                "minutes. Check this machine's access to its Maven repository."
            ) from late
        if done.returncode:
            raise JarsNotFetched(
                f"Maven could not fetch Apache Kafka {KAFKA_VERSION}: {_first_error(done.stdout)}"
            )
        _put_in_place(Path(work, "libs"), folder / "libs")


def _put_in_place(fetched: Path, final: Path) -> None:
    try:
        fetched.rename(final)
    except OSError:
        if not final.is_dir():  # else another process was quicker, with the same jars
            raise


def _first_error(output: str) -> str:
    for line in output.splitlines():
        if "[ERROR]" in line:
            return line.partition("[ERROR]")[2].replace("\x1b[m", "").strip()[:300]
    return "it said nothing more."
