<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>ColourBar</name>
    <message>
        <source>shared</source>
        <translation>gemeinsam</translation>
    </message>
    <message>
        <source>log</source>
        <translation>log</translation>
    </message>
</context>
<context>
    <name>MapKind</name>
    <message>
        <source>Spatial score</source>
        <translation>Räumlicher Wert</translation>
    </message>
    <message>
        <source>Temporal score</source>
        <translation>Zeitlicher Wert</translation>
    </message>
    <message>
        <source>Fused score</source>
        <translation>Gesamtwert</translation>
    </message>
    <message>
        <source>Mask on the picture</source>
        <translation>Maske auf dem Bild</translation>
    </message>
    <message>
        <source>Spatial</source>
        <translation>Räumlich</translation>
    </message>
    <message>
        <source>Temporal</source>
        <translation>Zeitlich</translation>
    </message>
    <message>
        <source>Fused</source>
        <translation>Gesamt</translation>
    </message>
    <message>
        <source>Mask</source>
        <translation>Maske</translation>
    </message>
</context>
<context>
    <name>faststar</name>
    <message>
        <source>warm-up: %1</source>
        <translation>Aufwärmen: %1</translation>
    </message>
    <message>
        <source>run %2: %1</source>
        <translation>Lauf %2: %1</translation>
    </message>
    <message>
        <source>warning:</source>
        <translation>Warnung:</translation>
    </message>
    <message>
        <source>error:</source>
        <translation>Fehler:</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>processor</source>
        <translation>Prozessor</translation>
    </message>
    <message>
        <source>%1, %2 threads</source>
        <translation>%1, %2 Threads</translation>
    </message>
    <message>
        <source>memory</source>
        <translation>Arbeitsspeicher</translation>
    </message>
    <message>
        <source>%1 free of %2</source>
        <translation>%1 von %2 frei</translation>
    </message>
    <message>
        <source>NVIDIA driver</source>
        <translation>NVIDIA-Treiber</translation>
    </message>
    <message>
        <source>device</source>
        <translation>Gerät</translation>
    </message>
    <message>
        <source>%1, compute %2, %3 free of %4</source>
        <translation>%1, Compute %2, %3 von %4 frei</translation>
    </message>
    <message>
        <source>none (%1); clips are made on the processor</source>
        <translation>keines (%1); Clips entstehen auf dem Prozessor</translation>
    </message>
    <message>
        <source>video encoders</source>
        <translation>Video-Encoder</translation>
    </message>
    <message>
        <source>none; clips leave as PNG</source>
        <translation>keine; Clips werden als PNG ausgegeben</translation>
    </message>
    <message>
        <source>disk, journals</source>
        <translation>Datenträger, Journale</translation>
    </message>
    <message>
        <source>disk, this folder</source>
        <translation>Datenträger, dieser Ordner</translation>
    </message>
    <message>
        <source>%1 free in %2</source>
        <translation>%1 frei in %2</translation>
    </message>
    <message>
        <source>demo model</source>
        <translation>Demo-Modell</translation>
    </message>
    <message>
        <source>not found</source>
        <translation>nicht gefunden</translation>
    </message>
    <message>
        <source>seed %1: %2x%3, %4, %5 of %6 tokens, %7 of memory, about %8 (estimate)</source>
        <translation>Seed %1: %2x%3, %4, %5 von %6 Tokens, %7 Speicher, etwa %8 (Schätzung)</translation>
    </message>
    <message>
        <source>%1, ratios %2, p %3</source>
        <translation>%1, Anteile %2, p %3</translation>
    </message>
    <message>
        <source>seed %1, %2, method %3</source>
        <translation>Seed %1, %2, Methode %3</translation>
    </message>
    <message>
        <source>1 frame</source>
        <translation>1 Bild</translation>
    </message>
    <message>
        <source>%1 frames</source>
        <translation>%1 Bilder</translation>
    </message>
    <message>
        <source>%1 steps with %2 tokens were taken over from the journal.</source>
        <translation>%1 Schritte mit %2 Tokens wurden aus dem Journal übernommen.</translation>
    </message>
    <message>
        <source>writing</source>
        <translation>schreiben</translation>
    </message>
    <message>
        <source>Journal: %1</source>
        <translation>Journal: %1</translation>
    </message>
    <message>
        <source>To continue: faststar generate --resume %1</source>
        <translation>Fortsetzen mit: faststar generate --resume %1</translation>
    </message>
    <message>
        <source>Stopped; nothing was written.</source>
        <translation>Abgebrochen; es wurde nichts geschrieben.</translation>
    </message>
    <message>
        <source>Stopped early; the clip shows what was there.</source>
        <translation>Vorzeitig beendet; der Clip zeigt, was da war.</translation>
    </message>
    <message>
        <source>No pruned step was reached, so there are no scores, masks or overlay.</source>
        <translation>Kein ausgedünnter Schritt wurde erreicht; daher gibt es weder Werte noch Masken noch Überlagerung.</translation>
    </message>
    <message>
        <source>%1 scores were not a number; their places were kept.</source>
        <translation>%1 Werte waren keine Zahl; ihre Stellen wurden behalten.</translation>
    </message>
    <message>
        <source>Stopping, and keeping what is there; Ctrl+C again ends at once.</source>
        <translation>Wird beendet, Vorhandenes bleibt erhalten; nochmals Strg+C bricht sofort ab.</translation>
    </message>
    <message>
        <source>Ending at once.</source>
        <translation>Wird sofort abgebrochen.</translation>
    </message>
    <message>
        <source>Model %1 (%2) on %3, loaded in %4.</source>
        <translation>Modell %1 (%2) auf %3, geladen in %4.</translation>
    </message>
    <message>
        <source>Standard output was closed before everything was said.</source>
        <translation>Die Standardausgabe wurde geschlossen, bevor alles gesagt war.</translation>
    </message>
    <message>
        <source>a released InfinityStar download</source>
        <translation>ein veröffentlichter InfinityStar-Download</translation>
    </message>
    <message>
        <source>a model folder</source>
        <translation>ein Modellordner</translation>
    </message>
    <message>
        <source>%1: %2, %3</source>
        <translation>%1: %2, %3</translation>
    </message>
    <message>
        <source>  %1: %2 parameters, %3, %4 on disk</source>
        <translation>  %1: %2 Parameter, %3, %4 auf dem Datenträger</translation>
    </message>
    <message>
        <source>fits here</source>
        <translation>passt hier</translation>
    </message>
    <message>
        <source>does not fit: %1 are there</source>
        <translation>passt nicht: %1 sind da</translation>
    </message>
    <message>
        <source>does not fit: no device</source>
        <translation>passt nicht: kein Gerät</translation>
    </message>
    <message>
        <source>  profile %1: %2, %3</source>
        <translation>  Profil %1: %2, %3</translation>
    </message>
    <message>
        <source>The journal&apos;s last step was not complete; it is computed again.</source>
        <translation>Der letzte Schritt des Journals war unvollständig; er wird neu berechnet.</translation>
    </message>
    <message>
        <source>This cannot be done as asked</source>
        <translation>So ist das nicht möglich</translation>
    </message>
    <message>
        <source>An output exists already (choose another name, or allow it with --overwrite)</source>
        <translation>Eine Ausgabe existiert bereits (anderen Namen wählen oder mit --overwrite erlauben)</translation>
    </message>
    <message>
        <source>Something that is needed was not found</source>
        <translation>Etwas Benötigtes wurde nicht gefunden</translation>
    </message>
    <message>
        <source>A file cannot be read</source>
        <translation>Eine Datei kann nicht gelesen werden</translation>
    </message>
    <message>
        <source>A file is damaged or not what it should be</source>
        <translation>Eine Datei ist beschädigt oder nicht das, was sie sein sollte</translation>
    </message>
    <message>
        <source>The model does not fit together</source>
        <translation>Das Modell passt nicht zusammen</translation>
    </message>
    <message>
        <source>This build or machine cannot do that</source>
        <translation>Dieses Programm oder dieser Rechner kann das nicht</translation>
    </message>
    <message>
        <source>There is too little memory, so nothing was loaded</source>
        <translation>Der Speicher reicht nicht; daher wurde nichts geladen</translation>
    </message>
    <message>
        <source>The memory ran out</source>
        <translation>Der Speicher ist ausgegangen</translation>
    </message>
    <message>
        <source>The accelerator stopped answering</source>
        <translation>Der Beschleuniger antwortet nicht mehr</translation>
    </message>
    <message>
        <source>An output could not be written</source>
        <translation>Eine Ausgabe konnte nicht geschrieben werden</translation>
    </message>
    <message>
        <source>The comparison is over its tolerance</source>
        <translation>Der Vergleich überschreitet seine Toleranz</translation>
    </message>
    <message>
        <source>A defect of this program stopped it</source>
        <translation>Ein Fehler dieses Programms hat es angehalten</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>Model folder (default: $FASTSTAR_MODEL, else the demo model)</source>
        <translation>Modellordner (Vorgabe: $FASTSTAR_MODEL, sonst das Demo-Modell)</translation>
    </message>
    <message>
        <source>cpu, cuda, cuda:N or auto</source>
        <translation>cpu, cuda, cuda:N oder auto</translation>
    </message>
    <message>
        <source>How weights are held and computed with: cpu-f32, bf16, fp8</source>
        <translation>Wie Gewichte gehalten und gerechnet werden: cpu-f32, bf16, fp8</translation>
    </message>
    <message>
        <source>Threads to compute with (default: all)</source>
        <translation>Threads zum Rechnen (Vorgabe: alle)</translation>
    </message>
    <message>
        <source>Print JSON objects, one a line</source>
        <translation>JSON-Objekte ausgeben, eines je Zeile</translation>
    </message>
    <message>
        <source>Say more</source>
        <translation>Mehr sagen</translation>
    </message>
    <message>
        <source>No colour and no rewritten lines</source>
        <translation>Keine Farbe und keine überschriebenen Zeilen</translation>
    </message>
    <message>
        <source>Never ask or wait for typed input</source>
        <translation>Nie fragen und nie auf Eingaben warten</translation>
    </message>
    <message>
        <source>faststar (default) or none</source>
        <translation>faststar (Vorgabe) oder none</translation>
    </message>
    <message>
        <source>Share of tokens pruned at the last four scales (default 0.2,0.3,0.4,0.7)</source>
        <translation>Anteil ausgedünnter Tokens auf den letzten vier Stufen (Vorgabe 0.2,0.3,0.4,0.7)</translation>
    </message>
    <message>
        <source>Norm of the score fusion, 1 to inf (default 2)</source>
        <translation>Norm der Zusammenführung der Werte, 1 bis inf (Vorgabe 2)</translation>
    </message>
    <message>
        <source>An option of the method, e.g. mask_mode=nearest; may be repeated</source>
        <translation>Eine Option der Methode, z. B. mask_mode=nearest; mehrfach erlaubt</translation>
    </message>
    <message>
        <source>Frames of the clip: 1 + 4k</source>
        <translation>Bilder des Clips: 1 + 4k</translation>
    </message>
    <message>
        <source>Width to height, e.g. 16:9</source>
        <translation>Breite zu Höhe, z. B. 16:9</translation>
    </message>
    <message>
        <source>apg or cfg</source>
        <translation>apg oder cfg</translation>
    </message>
    <message>
        <source>How strongly the text steers, 1 or more</source>
        <translation>Wie stark der Text lenkt, 1 oder mehr</translation>
    </message>
    <message>
        <source>Temperature of the first frame</source>
        <translation>Temperatur des ersten Bildes</translation>
    </message>
    <message>
        <source>Temperature of the motion</source>
        <translation>Temperatur der Bewegung</translation>
    </message>
    <message>
        <source>Always take the likelier bit</source>
        <translation>Immer das wahrscheinlichere Bit nehmen</translation>
    </message>
    <message>
        <source>What to show; - reads it from stdin</source>
        <translation>Was zu sehen sein soll; - liest von der Standardeingabe</translation>
    </message>
    <message>
        <source>What not to show</source>
        <translation>Was nicht zu sehen sein soll</translation>
    </message>
    <message>
        <source>Picture to start from</source>
        <translation>Bild, von dem ausgegangen wird</translation>
    </message>
    <message>
        <source>Video to continue</source>
        <translation>Video, das fortgesetzt wird</translation>
    </message>
    <message>
        <source>The clip (default: a name from prompt and seed)</source>
        <translation>Der Clip (Vorgabe: ein Name aus Text und Seed)</translation>
    </message>
    <message>
        <source>Whole number; negative (default) = random</source>
        <translation>Ganze Zahl; negativ (Vorgabe) = zufällig</translation>
    </message>
    <message>
        <source>Wanted width; the nearest shape is taken</source>
        <translation>Gewünschte Breite; die nächste Form wird genommen</translation>
    </message>
    <message>
        <source>Wanted height; the nearest shape is taken</source>
        <translation>Gewünschte Höhe; die nächste Form wird genommen</translation>
    </message>
    <message>
        <source>Resolution class, one the model was made for</source>
        <translation>Auflösungsklasse, für die das Modell gemacht ist</translation>
    </message>
    <message>
        <source>Clips to make, with seeds s, s+1, ...</source>
        <translation>Anzahl der Clips, mit den Seeds s, s+1, ...</translation>
    </message>
    <message>
        <source>Folder of clips without -o (default: here)</source>
        <translation>Ordner für Clips ohne -o (Vorgabe: hier)</translation>
    </message>
    <message>
        <source>Masks of the pruned steps: SS.R/tau_TT.png, white = kept</source>
        <translation>Masken der ausgedünnten Schritte: SS.R/tau_TT.png, weiß = behalten</translation>
    </message>
    <message>
        <source>Scores and masks of the pruned steps, for NumPy</source>
        <translation>Werte und Masken der ausgedünnten Schritte, für NumPy</translation>
    </message>
    <message>
        <source>The clip under its heatmap and mask outline</source>
        <translation>Der Clip unter Wärmebild und Maskenumriss</translation>
    </message>
    <message>
        <source>Every frame as frame_0000.png</source>
        <translation>Jedes Bild als frame_0000.png</translation>
    </message>
    <message>
        <source>The tensors of every step</source>
        <translation>Die Tensoren jedes Schritts</translation>
    </message>
    <message>
        <source>Frames a second of the file (default: the model&apos;s)</source>
        <translation>Bilder je Sekunde der Datei (Vorgabe: die des Modells)</translation>
    </message>
    <message>
        <source>Write a picture of the work in progress</source>
        <translation>Ein Bild des Zwischenstands schreiben</translation>
    </message>
    <message>
        <source>Where (default: preview.png)</source>
        <translation>Wohin (Vorgabe: preview.png)</translation>
    </message>
    <message>
        <source>Every N steps (default 1)</source>
        <translation>Alle N Schritte (Vorgabe 1)</translation>
    </message>
    <message>
        <source>Replace outputs that exist</source>
        <translation>Vorhandene Ausgaben ersetzen</translation>
    </message>
    <message>
        <source>Leave the recipe out of the file</source>
        <translation>Das Rezept nicht in die Datei schreiben</translation>
    </message>
    <message>
        <source>File of requests; format below</source>
        <translation>Datei mit Aufträgen; Format siehe unten</translation>
    </message>
    <message>
        <source>Keep no journal to continue or branch from</source>
        <translation>Kein Journal zum Fortsetzen oder Abzweigen führen</translation>
    </message>
    <message>
        <source>Continue the run of a journal</source>
        <translation>Den Lauf eines Journals fortsetzen</translation>
    </message>
    <message>
        <source>With --resume: compute again from scale K on</source>
        <translation>Mit --resume: ab Stufe K neu rechnen</translation>
    </message>
    <message>
        <source>Only forecast tokens, memory and time</source>
        <translation>Nur Tokens, Speicher und Zeit vorhersagen</translation>
    </message>
    <message>
        <source>Make a clip from a prompt</source>
        <translation>Aus einem Text einen Clip machen</translation>
    </message>
    <message>
        <source>Run a golden case of the reference</source>
        <translation>Einen Vergleichsfall der Referenz rechnen</translation>
    </message>
    <message>
        <source>Folder of the case</source>
        <translation>Ordner des Falls</translation>
    </message>
    <message>
        <source>Compare; exit 5 over the tolerance</source>
        <translation>Vergleichen; Rückgabewert 5 über der Toleranz</translation>
    </message>
    <message>
        <source>Write the tensors</source>
        <translation>Die Tensoren schreiben</translation>
    </message>
    <message>
        <source>Replace that file</source>
        <translation>Diese Datei ersetzen</translation>
    </message>
    <message>
        <source>Say what a model is and needs</source>
        <translation>Sagen, was ein Modell ist und braucht</translation>
    </message>
    <message>
        <source>Model folder</source>
        <translation>Modellordner</translation>
    </message>
    <message>
        <source>Say what this machine has</source>
        <translation>Sagen, was dieser Rechner hat</translation>
    </message>
    <message>
        <source>Time a model, stage by stage</source>
        <translation>Die Zeit eines Modells messen, Abschnitt für Abschnitt</translation>
    </message>
    <message>
        <source>Random weights of these shapes instead of a model: 8b or tiny</source>
        <translation>Zufällige Gewichte dieser Formen statt eines Modells: 8b oder tiny</translation>
    </message>
    <message>
        <source>With --arch: resolution class (0.90M, 0.40M; tiny: 0.06M)</source>
        <translation>Mit --arch: Auflösungsklasse (0.90M, 0.40M; tiny: 0.06M)</translation>
    </message>
    <message>
        <source>With --arch: a bar chart of the parts</source>
        <translation>Mit --arch: ein Balkendiagramm der Teile</translation>
    </message>
    <message>
        <source>With --arch: time whole steps only, without marks inside them</source>
        <translation>Mit --arch: nur ganze Schritte messen, ohne Marken in ihnen</translation>
    </message>
    <message>
        <source>Largest relative error where that is more than the case&apos;s own</source>
        <translation>Größter relativer Fehler, wo er über dem des Falls liegt</translation>
    </message>
    <message>
        <source>%1: all kernels agree with ATen; a copy reaches %2 GB/s</source>
        <translation>%1: Alle Kernel stimmen mit ATen überein; eine Kopie erreicht %2 GB/s</translation>
    </message>
    <message>
        <source>%1: kernels differ from ATen; a copy reaches %2 GB/s</source>
        <translation>%1: Kernel weichen von ATen ab; eine Kopie erreicht %2 GB/s</translation>
    </message>
    <message>
        <source>kernels</source>
        <translation>Kernel</translation>
    </message>
    <message>
        <source>our own</source>
        <translation>eigene</translation>
    </message>
    <message>
        <source>ATen&apos;s (%1)</source>
        <translation>die von ATen (%1)</translation>
    </message>
    <message>
        <source>Compare the kernels with ATen on --device (default: cuda)</source>
        <translation>Die Kernel auf --device mit ATen vergleichen (Vorgabe: cuda)</translation>
    </message>
    <message>
        <source>With --arch: off computes with ATen alone (default on)</source>
        <translation>Mit --arch: off rechnet nur mit ATen (Vorgabe on)</translation>
    </message>
    <message>
        <source>Measured runs, after one that is not (default 5)</source>
        <translation>Gemessene Läufe, nach einem ungemessenen (Vorgabe 5)</translation>
    </message>
    <message>
        <source>Autoregressive video generation with spatiotemporal token pruning</source>
        <translation>Autoregressive Videoerzeugung mit räumlich-zeitlichem Ausdünnen von Tokens</translation>
    </message>
    <message>
        <source>Wrong usage: %1 (see faststar --help)</source>
        <translation>Falscher Aufruf: %1 (siehe faststar --help)</translation>
    </message>
    <message>
        <source>A file for --process is a JSON array of objects, or one object a line. Keys are the flags&apos; long names with _ for -: {&quot;prompt&quot;: &quot;a red star&quot;, &quot;seed&quot;: 7, &quot;ratios&quot;: [0.2,0.3,0.4,0.7], &quot;option&quot;: {&quot;mask_mode&quot;: &quot;nearest&quot;}, &quot;output&quot;: &quot;star.mp4&quot;}; what an object leaves out is taken from the command line.</source>
        <translation>Eine Datei für --process ist ein JSON-Array von Objekten oder ein Objekt je Zeile. Schlüssel sind die langen Namen der Schalter mit _ statt -: {&quot;prompt&quot;: &quot;ein roter Stern&quot;, &quot;seed&quot;: 7, &quot;ratios&quot;: [0.2,0.3,0.4,0.7], &quot;option&quot;: {&quot;mask_mode&quot;: &quot;nearest&quot;}, &quot;output&quot;: &quot;stern.mp4&quot;}; was ein Objekt auslässt, kommt von der Befehlszeile.</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 s</translation>
    </message>
    <message>
        <source>, %1 left</source>
        <translation>, noch %1</translation>
    </message>
    <message>
        <source>ok</source>
        <translation>gut</translation>
    </message>
    <message>
        <source>TOO FAR OFF</source>
        <translation>ZU WEIT DANEBEN</translation>
    </message>
    <message>
        <source>%1 was asked for; the nearest shape the model makes is %2.</source>
        <translation>Gewünscht war %1; die nächste Form, die das Modell macht, ist %2.</translation>
    </message>
    <message>
        <source>The ratios are %1.</source>
        <translation>Die Anteile sind %1.</translation>
    </message>
    <message>
        <source>The method none has no options: --p and --option do nothing.</source>
        <translation>Die Methode none hat keine Optionen: --p und --option bewirken nichts.</translation>
    </message>
    <message>
        <source>loading the model</source>
        <translation>Modell laden</translation>
    </message>
    <message>
        <source>reading the prompt</source>
        <translation>Text lesen</translation>
    </message>
    <message>
        <source>encoding the given frames</source>
        <translation>gegebene Bilder kodieren</translation>
    </message>
    <message>
        <source>generating</source>
        <translation>erzeugen</translation>
    </message>
    <message>
        <source>decoding</source>
        <translation>dekodieren</translation>
    </message>
    <message>
        <source>%1 of %2 tokens (%3 %)</source>
        <translation>%1 von %2 Tokens (%3 %)</translation>
    </message>
    <message>
        <source>text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>given frames</source>
        <translation>gegebene Bilder</translation>
    </message>
    <message>
        <source>image clip</source>
        <translation>Bildclip</translation>
    </message>
    <message>
        <source>video clips</source>
        <translation>Videoclips</translation>
    </message>
    <message>
        <source>; at most %1 of memory</source>
        <translation>; höchstens %1 Speicher</translation>
    </message>
    <message>
        <source>This program does not read a file of that kind</source>
        <translation>Dateien dieser Art liest das Programm nicht</translation>
    </message>
    <message>
        <source>the name is empty</source>
        <translation>der Name ist leer</translation>
    </message>
    <message>
        <source>case.json: nothing here knows the key &apos;%1&apos;; it was ignored.</source>
        <translation>case.json: Den Schlüssel &apos;%1&apos; kennt hier nichts; er wurde übergangen.</translation>
    </message>
</context>
<context>
    <name>faststar::widgets::FilmStrip</name>
    <message>
        <source>No scales yet</source>
        <translation>Noch keine Stufen</translation>
    </message>
    <message>
        <source>Rows are scales, columns are latent frames.</source>
        <translation>Zeilen sind Stufen, Spalten sind latente Bilder.</translation>
    </message>
    <message>
        <source>Scale</source>
        <translation>Stufe</translation>
    </message>
    <message>
        <source>Forced</source>
        <translation>Vorgabe</translation>
    </message>
    <message>
        <source>Image</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>Kept tokens</source>
        <translation>Behalten</translation>
    </message>
    <message>
        <source>Follow</source>
        <translation>Folgen</translation>
    </message>
    <message>
        <source>Film strip</source>
        <translation>Filmstreifen</translation>
    </message>
    <message>
        <source>to come</source>
        <translation>kommt noch</translation>
    </message>
    <message>
        <source>in work</source>
        <translation>in Arbeit</translation>
    </message>
    <message>
        <source>done</source>
        <translation>fertig</translation>
    </message>
    <message>
        <source>scale %1, %2</source>
        <translation>Stufe %1, %2</translation>
    </message>
    <message>
        <source>image clip</source>
        <translation>Bildclip</translation>
    </message>
    <message>
        <source>%1 of %2 tokens kept</source>
        <translation>%1 von %2 Tokens behalten</translation>
    </message>
    <message>
        <source>Map</source>
        <translation>Karte</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Tokens</source>
        <translation>Tokens</translation>
    </message>
    <message>
        <source>frame %1</source>
        <translation>Bild %1</translation>
    </message>
    <message>
        <source>frames %1–%2</source>
        <translation>Bilder %1–%2</translation>
    </message>
</context>
<context>
    <name>faststar::widgets::FrameShares</name>
    <message>
        <source>Kept per latent frame</source>
        <translation>Behalten je latentem Bild</translation>
    </message>
    <message>
        <source>τ %1: %2</source>
        <translation>τ %1: %2</translation>
    </message>
    <message>
        <source>No pruned step</source>
        <translation>Kein ausgedünnter Schritt</translation>
    </message>
    <message>
        <source>Kept tokens</source>
        <translation>Behaltene Tokens</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>Lauf</translation>
    </message>
</context>
<context>
    <name>faststar::widgets::FrameSlider</name>
    <message>
        <source>Frame</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>No clip</source>
        <translation>Kein Clip</translation>
    </message>
    <message>
        <source>frame %1 of %2, %3 s</source>
        <translation>Bild %1 von %2, %3 s</translation>
    </message>
    <message>
        <source>frame %1, %2 s</source>
        <translation>Bild %1, %2 s</translation>
    </message>
</context>
<context>
    <name>faststar::widgets::HeatmapView</name>
    <message>
        <source>No scores yet</source>
        <translation>Noch keine Werte</translation>
    </message>
    <message>
        <source>Each pruned step shows its scores and what was kept.</source>
        <translation>Jeder ausgedünnte Schritt zeigt seine Werte und was behalten wurde.</translation>
    </message>
    <message>
        <source>%1 of %2 kept</source>
        <translation>%1 von %2 behalten</translation>
    </message>
    <message>
        <source>cut %1</source>
        <translation>Schnitt %1</translation>
    </message>
    <message>
        <source>no numbers</source>
        <translation>keine Zahlen</translation>
    </message>
    <message>
        <source>median %1</source>
        <translation>Median %1</translation>
    </message>
    <message>
        <source>kept</source>
        <translation>behalten</translation>
    </message>
    <message>
        <source>pruned</source>
        <translation>ausgedünnt</translation>
    </message>
    <message>
        <source>not a number</source>
        <translation>keine Zahl</translation>
    </message>
    <message>
        <source>Row</source>
        <translation>Zeile</translation>
    </message>
    <message>
        <source>Column</source>
        <translation>Spalte</translation>
    </message>
</context>
<context>
    <name>faststar::widgets::HistogramView</name>
    <message>
        <source>Score histogram</source>
        <translation>Histogramm der Werte</translation>
    </message>
    <message>
        <source>%1 to %2: %3 kept, %4 pruned</source>
        <translation>%1 bis %2: %3 behalten, %4 ausgedünnt</translation>
    </message>
    <message>
        <source>No scores yet</source>
        <translation>Noch keine Werte</translation>
    </message>
    <message>
        <source>%1: kept %2, pruned %3</source>
        <translation>%1: behalten %2, ausgedünnt %3</translation>
    </message>
    <message>
        <source>cut %1</source>
        <translation>Schnitt %1</translation>
    </message>
    <message>
        <source>From</source>
        <translation>Von</translation>
    </message>
    <message>
        <source>To</source>
        <translation>Bis</translation>
    </message>
    <message>
        <source>Kept</source>
        <translation>Behalten</translation>
    </message>
    <message>
        <source>Pruned</source>
        <translation>Ausgedünnt</translation>
    </message>
    <message>
        <source>Pruned steps have them.</source>
        <translation>Ausgedünnte Schritte haben welche.</translation>
    </message>
    <message>
        <source>kept %1</source>
        <translation>behalten %1</translation>
    </message>
    <message>
        <source>pruned %1</source>
        <translation>ausgedünnt %1</translation>
    </message>
    <message>
        <source>%1, log</source>
        <translation>%1, log</translation>
    </message>
</context>
<context>
    <name>faststar::widgets::LinePlot</name>
    <message>
        <source>No numbers yet</source>
        <translation>Noch keine Zahlen</translation>
    </message>
    <message>
        <source>%1: %2 points, %3 to %4 %5.</source>
        <translation>%1: %2 Punkte, %3 bis %4 %5.</translation>
    </message>
    <message>
        <source>Marker at %1 %2: %3.</source>
        <translation>Marke bei %1 %2: %3.</translation>
    </message>
</context>
<context>
    <name>faststar::widgets::NormSlider</name>
    <message>
        <source>Norm degree p</source>
        <translation>Normgrad p</translation>
    </message>
    <message>
        <source>p infinite, the maximum</source>
        <translation>p unendlich, das Maximum</translation>
    </message>
    <message>
        <source>p %1</source>
        <translation>p %1</translation>
    </message>
    <message>
        <source>was %1</source>
        <translation>war %1</translation>
    </message>
    <message>
        <source>1 sum</source>
        <translation>1 Summe</translation>
    </message>
    <message>
        <source>∞ max</source>
        <translation>∞ Max.</translation>
    </message>
</context>
<context>
    <name>faststar::widgets::PaintedView</name>
    <message>
        <source>Show as table</source>
        <translation>Als Tabelle zeigen</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
</context>
<context>
    <name>faststar::widgets::PictureCanvas</name>
    <message>
        <source>Canvas</source>
        <translation>Bildfläche</translation>
    </message>
    <message>
        <source>Preview at %1</source>
        <translation>Vorschau bei %1</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>Vorschau</translation>
    </message>
    <message>
        <source>Decoded</source>
        <translation>Decodiert</translation>
    </message>
    <message>
        <source>No picture</source>
        <translation>Kein Bild</translation>
    </message>
    <message>
        <source>frame %1 of %2</source>
        <translation>Bild %1 von %2</translation>
    </message>
    <message>
        <source>zoom %1 %</source>
        <translation>Vergrößerung %1 %</translation>
    </message>
</context>
<context>
    <name>faststar::widgets::ProbePanel</name>
    <message>
        <source>not a number</source>
        <translation>keine Zahl</translation>
    </message>
    <message>
        <source>Probe</source>
        <translation>Sonde</translation>
    </message>
    <message>
        <source>Token %1</source>
        <translation>Token %1</translation>
    </message>
    <message>
        <source>frame %1</source>
        <translation>Bild %1</translation>
    </message>
    <message>
        <source>frames %1–%2</source>
        <translation>Bilder %1–%2</translation>
    </message>
    <message>
        <source>index %1 of %2 · %3</source>
        <translation>Index %1 von %2 · %3</translation>
    </message>
    <message>
        <source>kept</source>
        <translation>behalten</translation>
    </message>
    <message>
        <source>pruned</source>
        <translation>ausgedünnt</translation>
    </message>
    <message>
        <source>%1, rank %2</source>
        <translation>%1, Rang %2</translation>
    </message>
    <message>
        <source>Spatial score</source>
        <translation>Räumlicher Wert</translation>
    </message>
    <message>
        <source>Temporal score</source>
        <translation>Zeitlicher Wert</translation>
    </message>
    <message>
        <source>Fused score, p = %1</source>
        <translation>Gesamtwert, p = %1</translation>
    </message>
    <message>
        <source>Cut</source>
        <translation>Schnitt</translation>
    </message>
    <message>
        <source>Feature norm</source>
        <translation>Merkmalsnorm</translation>
    </message>
    <message>
        <source>Held by token</source>
        <translation>Gehört zu Token</translation>
    </message>
    <message>
        <source>No token is probed</source>
        <translation>Kein Token in der Sonde</translation>
    </message>
    <message>
        <source>Fact</source>
        <translation>Angabe</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>Wert</translation>
    </message>
    <message>
        <source>Move over a map, or use the arrow keys in one.</source>
        <translation>Über eine Karte fahren oder in ihr die Pfeiltasten benutzen.</translation>
    </message>
</context>
<context>
    <name>faststar::widgets::ProbedView</name>
    <message>
        <source>τ %1, row %2, column %3</source>
        <translation>τ %1, Zeile %2, Spalte %3</translation>
    </message>
</context>
<context>
    <name>faststar::widgets::ProgressSegments</name>
    <message>
        <source>%1 s</source>
        <translation>%1 s</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Fortschritt</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
    <message>
        <source>%1 failed</source>
        <translation>%1 fehlgeschlagen</translation>
    </message>
    <message>
        <source>%1 in work</source>
        <translation>%1 in Arbeit</translation>
    </message>
</context>
<context>
    <name>faststar::widgets::RatioEditor</name>
    <message>
        <source>run</source>
        <translation>Lauf</translation>
    </message>
    <message>
        <source>Pruning ratio per scale</source>
        <translation>Ausdünnung je Stufe</translation>
    </message>
    <message>
        <source>locked</source>
        <translation>gesperrt</translation>
    </message>
    <message>
        <source>was %1</source>
        <translation>war %1</translation>
    </message>
    <message>
        <source>as run</source>
        <translation>wie im Lauf</translation>
    </message>
    <message>
        <source>No prunable scale</source>
        <translation>Keine Stufe zum Ausdünnen</translation>
    </message>
    <message>
        <source>scale %1, %2</source>
        <translation>Stufe %1, %2</translation>
    </message>
    <message>
        <source>%1 pruned</source>
        <translation>%1 ausgedünnt</translation>
    </message>
    <message>
        <source>%1 of %2 tokens kept</source>
        <translation>%1 von %2 Tokens behalten</translation>
    </message>
    <message>
        <source>Scale</source>
        <translation>Stufe</translation>
    </message>
    <message>
        <source>Map</source>
        <translation>Karte</translation>
    </message>
    <message>
        <source>Pruned</source>
        <translation>Ausgedünnt</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>Lauf</translation>
    </message>
    <message>
        <source>Kept tokens</source>
        <translation>Behaltene Tokens</translation>
    </message>
    <message>
        <source>Tokens</source>
        <translation>Tokens</translation>
    </message>
    <message>
        <source>Locked. L or a click on the lock frees it.</source>
        <translation>Gesperrt. L oder ein Klick auf das Schloss gibt frei.</translation>
    </message>
    <message>
        <source>This schedule has no video clip.</source>
        <translation>Dieser Ablauf hat keinen Videoclip.</translation>
    </message>
    <message>
        <source>kept</source>
        <translation>behalten</translation>
    </message>
    <message>
        <source>pruned</source>
        <translation>ausgedünnt</translation>
    </message>
</context>
<context>
    <name>faststar::widgets::ScatterView</name>
    <message>
        <source>No scores yet</source>
        <translation>Noch keine Werte</translation>
    </message>
    <message>
        <source>Pruned steps have them.</source>
        <translation>Ausgedünnte Schritte haben welche.</translation>
    </message>
    <message>
        <source>p = %1, cut %2</source>
        <translation>p = %1, Schnitt %2</translation>
    </message>
    <message>
        <source>S → T ↑</source>
        <translation>S → T ↑</translation>
    </message>
    <message>
        <source>kept</source>
        <translation>behalten</translation>
    </message>
    <message>
        <source>pruned</source>
        <translation>ausgedünnt</translation>
    </message>
    <message>
        <source>p-norm contour</source>
        <translation>p-Norm-Kurve</translation>
    </message>
    <message>
        <source>Spatial against temporal score</source>
        <translation>Räumlicher gegen zeitlichen Wert</translation>
    </message>
    <message>
        <source>%1 tokens, log axes</source>
        <translation>%1 Tokens, log. Achsen</translation>
    </message>
    <message>
        <source>%1 of %2 tokens, log axes</source>
        <translation>%1 von %2 Tokens, log. Achsen</translation>
    </message>
    <message>
        <source>cut %1, %2 pruned</source>
        <translation>Schnitt %1, %2 ausgedünnt</translation>
    </message>
    <message>
        <source>Row</source>
        <translation>Zeile</translation>
    </message>
    <message>
        <source>Column</source>
        <translation>Spalte</translation>
    </message>
    <message>
        <source>Spatial</source>
        <translation>Räumlich</translation>
    </message>
    <message>
        <source>Temporal</source>
        <translation>Zeitlich</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Drag to change the ratio</source>
        <translation>Ziehen ändert den Anteil</translation>
    </message>
</context>
<context>
    <name>faststar::widgets::ShelfView</name>
    <message>
        <source>No runs yet</source>
        <translation>Noch keine Läufe</translation>
    </message>
    <message>
        <source>Every run stays here until it is deleted.</source>
        <translation>Jeder Lauf bleibt hier, bis er gelöscht wird.</translation>
    </message>
    <message>
        <source>No run has these words</source>
        <translation>Kein Lauf enthält diese Wörter</translation>
    </message>
    <message>
        <source>Change or empty the search.</source>
        <translation>Die Suche ändern oder leeren.</translation>
    </message>
    <message>
        <source>Shelf</source>
        <translation>Ablage</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Re-use settings</source>
        <translation>Einstellungen übernehmen</translation>
    </message>
    <message>
        <source>Re-use seed</source>
        <translation>Startwert übernehmen</translation>
    </message>
    <message>
        <source>Move to trash</source>
        <translation>In den Papierkorb</translation>
    </message>
    <message>
        <source>in work</source>
        <translation>in Arbeit</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>angehalten</translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation>abgebrochen</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>fehlgeschlagen</translation>
    </message>
    <message>
        <source>interrupted</source>
        <translation>unterbrochen</translation>
    </message>
    <message>
        <source>selected</source>
        <translation>ausgewählt</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>Lauf</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>finished</source>
        <translation>fertig</translation>
    </message>
</context>
<context>
    <name>faststar::widgets::TimelineView</name>
    <message>
        <source>No steps yet</source>
        <translation>Noch keine Schritte</translation>
    </message>
    <message>
        <source>Each step of a run becomes a bar.</source>
        <translation>Jeder Schritt eines Laufs wird ein Balken.</translation>
    </message>
    <message>
        <source>Image clip, %1 steps</source>
        <translation>Bildclip, %1 Schritte</translation>
    </message>
    <message>
        <source>Video clip, %1 steps</source>
        <translation>Videoclip, %1 Schritte</translation>
    </message>
    <message>
        <source>Clip %1, %2 steps</source>
        <translation>Clip %1, %2 Schritte</translation>
    </message>
    <message>
        <source>tokens per step</source>
        <translation>Tokens je Schritt</translation>
    </message>
    <message>
        <source>ms per step</source>
        <translation>ms je Schritt</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>Lauf</translation>
    </message>
    <message>
        <source>Blocks</source>
        <translation>Blöcke</translation>
    </message>
    <message>
        <source>Head, sampling</source>
        <translation>Kopf, Ziehen</translation>
    </message>
    <message>
        <source>Quantiser</source>
        <translation>Quantisierer</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>Vorschau</translation>
    </message>
    <message>
        <source>Overhead</source>
        <translation>Aufwand</translation>
    </message>
    <message>
        <source>Pruned</source>
        <translation>Ausgedünnt</translation>
    </message>
    <message>
        <source>Saved</source>
        <translation>Gespart</translation>
    </message>
    <message>
        <source>Timeline</source>
        <translation>Zeitachse</translation>
    </message>
    <message>
        <source>step %1.%2, %3</source>
        <translation>Schritt %1.%2, %3</translation>
    </message>
    <message>
        <source>%1 ms: blocks %2, head and sampling %3, quantiser %4, overhead %5</source>
        <translation>%1 ms: Blöcke %2, Kopf und Ziehen %3, Quantisierer %4, Aufwand %5</translation>
    </message>
    <message>
        <source>in work</source>
        <translation>in Arbeit</translation>
    </message>
    <message>
        <source>to come</source>
        <translation>kommt noch</translation>
    </message>
    <message>
        <source>forecast %1 ms</source>
        <translation>geschätzt %1 ms</translation>
    </message>
    <message>
        <source>%1 ms saved</source>
        <translation>%1 ms gespart</translation>
    </message>
    <message>
        <source>%1 of %2 tokens</source>
        <translation>%1 von %2 Tokens</translation>
    </message>
    <message>
        <source>%1 of %2 steps</source>
        <translation>%1 von %2 Schritten</translation>
    </message>
    <message>
        <source>Step</source>
        <translation>Schritt</translation>
    </message>
    <message>
        <source>Map</source>
        <translation>Karte</translation>
    </message>
    <message>
        <source>ms</source>
        <translation>ms</translation>
    </message>
    <message>
        <source>Unpruned ms</source>
        <translation>Unausgedünnt ms</translation>
    </message>
    <message>
        <source>Kept tokens</source>
        <translation>Behaltene Tokens</translation>
    </message>
    <message>
        <source>Tokens</source>
        <translation>Tokens</translation>
    </message>
    <message>
        <source>Show milliseconds or tokens (T)</source>
        <translation>Millisekunden oder Tokens zeigen (T)</translation>
    </message>
</context>
<context>
    <name>faststar::widgets::TransportBar</name>
    <message>
        <source>Frame back (Left)</source>
        <translation>Ein Bild zurück (Links)</translation>
    </message>
    <message>
        <source>Play (Space)</source>
        <translation>Abspielen (Leertaste)</translation>
    </message>
    <message>
        <source>Frame on (Right)</source>
        <translation>Ein Bild weiter (Rechts)</translation>
    </message>
    <message>
        <source>Loop</source>
        <translation>Schleife</translation>
    </message>
    <message>
        <source>Full screen (F)</source>
        <translation>Vollbild (F)</translation>
    </message>
    <message>
        <source>Speed (J, L)</source>
        <translation>Tempo (J, L)</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>Tempo</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 s</translation>
    </message>
    <message>
        <source>Pause (Space)</source>
        <translation>Pause (Leertaste)</translation>
    </message>
</context>
<context>
    <name>faststar::widgets::WaterfallView</name>
    <message>
        <source>%1 s</source>
        <translation>%1 s</translation>
    </message>
    <message>
        <source>%1 ms</source>
        <translation>%1 ms</translation>
    </message>
    <message>
        <source>Waterfall</source>
        <translation>Wasserfall</translation>
    </message>
    <message>
        <source>Bars are cut at %1.</source>
        <translation>Die Balken beginnen bei %1.</translation>
    </message>
    <message>
        <source>Decode, %1, is never pruned.</source>
        <translation>Das Decodieren, %1, wird nie ausgedünnt.</translation>
    </message>
    <message>
        <source>Ceiling with every prunable token gone: %1, %2.</source>
        <translation>Grenze ohne jeden ausdünnbaren Token: %1, %2.</translation>
    </message>
    <message>
        <source>No unpruned run to compare with</source>
        <translation>Kein unausgedünnter Lauf zum Vergleich</translation>
    </message>
    <message>
        <source>Part</source>
        <translation>Teil</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>Run the same prompt and seed once with method None.</source>
        <translation>Denselben Prompt und Startwert einmal mit der Methode None laufen lassen.</translation>
    </message>
</context>
</TS>
