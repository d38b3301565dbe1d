<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>Errors</name>
    <message>
        <source>%1 is not from %2 to %3.</source>
        <translation>%1 liegt nicht zwischen %2 und %3.</translation>
    </message>
    <message>
        <source>%1 frames cannot be made; the nearest are %2 and %3.</source>
        <translation>%1 Bilder sind nicht möglich; am nächsten liegen %2 und %3.</translation>
    </message>
    <message>
        <source>%1 is negative.</source>
        <translation>%1 ist negativ.</translation>
    </message>
    <message>
        <source>%1 is not above 0 and at most 1.</source>
        <translation>%1 ist nicht größer als 0 und höchstens 1.</translation>
    </message>
    <message>
        <source>The model was made for %2, not for %1.</source>
        <translation>Das Modell wurde für %2 gemacht, nicht für %1.</translation>
    </message>
    <message>
        <source>The own step looks at its result, so it needs Compute: Full.</source>
        <translation>Der eigene Schritt betrachtet sein Ergebnis und braucht deshalb Rechnen: Vollständig.</translation>
    </message>
    <message>
        <source>A ratio of %1 leaves later clips nothing to attend to. Choose Context: Protect.</source>
        <translation>Ein Anteil von %1 lässt späteren Clips nichts übrig. Bitte Kontext: Schützen wählen.</translation>
    </message>
    <message>
        <source>The text is longer than a mebibyte.</source>
        <translation>Der Text ist länger als ein Mebibyte.</translation>
    </message>
    <message>
        <source>“%1” is no whole number.</source>
        <translation>„%1“ ist keine ganze Zahl.</translation>
    </message>
    <message>
        <source>This cannot be done as asked</source>
        <translation>Das ist so nicht möglich</translation>
    </message>
    <message>
        <source>A file of that name exists already</source>
        <translation>Eine Datei dieses Namens gibt es schon</translation>
    </message>
    <message>
        <source>Something that is needed was not found</source>
        <translation>Etwas Benötigtes wurde nicht gefunden</translation>
    </message>
    <message>
        <source>A file cannot be read</source>
        <translation>Eine Datei ist nicht lesbar</translation>
    </message>
    <message>
        <source>A file is damaged or not what it should be</source>
        <translation>Eine Datei ist beschädigt oder nicht das, was sie sein soll</translation>
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
        <source>There is too little memory, so nothing was started</source>
        <translation>Der Arbeitsspeicher reicht nicht, deshalb wurde nichts begonnen</translation>
    </message>
    <message>
        <source>The memory ran out</source>
        <translation>Der Arbeitsspeicher ist erschöpft</translation>
    </message>
    <message>
        <source>The accelerator stopped answering</source>
        <translation>Der Beschleuniger antwortet nicht mehr</translation>
    </message>
    <message>
        <source>A file could not be written</source>
        <translation>Eine Datei konnte nicht geschrieben werden</translation>
    </message>
    <message>
        <source>The comparison is over its tolerance</source>
        <translation>Der Vergleich liegt über der Toleranz</translation>
    </message>
    <message>
        <source>A defect of this program stopped it</source>
        <translation>Ein Fehler dieses Programms hat es angehalten</translation>
    </message>
    <message>
        <source>The prompt is longer than %1 tokens: the model did not read its end.</source>
        <translation>Der Prompt ist länger als %1 Tokens: Sein Ende hat das Modell nicht gelesen.</translation>
    </message>
    <message>
        <source>The negative prompt is longer than %1 tokens: the model did not read its end.</source>
        <translation>Der negative Prompt ist länger als %1 Tokens: Sein Ende hat das Modell nicht gelesen.</translation>
    </message>
    <message>
        <source>The model was trained to continue %2 frames, not %1.</source>
        <translation>Das Modell hat gelernt, %2 Bilder fortzusetzen, nicht %1.</translation>
    </message>
    <message>
        <source>A file of the model holds weights that are not used.</source>
        <translation>Eine Datei des Modells enthält Gewichte, die nicht gebraucht werden.</translation>
    </message>
    <message>
        <source>The model&apos;s description says something that is not known here: %2.</source>
        <translation>Die Beschreibung des Modells sagt etwas, das hier unbekannt ist: %2.</translation>
    </message>
    <message>
        <source>This program does not read a file of that kind</source>
        <translation>Dateien dieser Art liest das Programm nicht</translation>
    </message>
</context>
<context>
    <name>PruningOptions</name>
    <message>
        <source>Previous scale</source>
        <translation>Vorige Stufe</translation>
    </message>
    <message>
        <source>Previous step</source>
        <translation>Voriger Schritt</translation>
    </message>
    <message>
        <source>Own step</source>
        <translation>Eigener Schritt</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>Automatisch</translation>
    </message>
    <message>
        <source>Image clip</source>
        <translation>Bildclip</translation>
    </message>
    <message>
        <source>Previous clip</source>
        <translation>Voriger Clip</translation>
    </message>
    <message>
        <source>Previous frame</source>
        <translation>Voriges Bild</translation>
    </message>
    <message>
        <source>None</source>
        <translation>Keine</translation>
    </message>
    <message>
        <source>Global</source>
        <translation>Global</translation>
    </message>
    <message>
        <source>Per frame</source>
        <translation>Je Bild</translation>
    </message>
    <message>
        <source>Global, floor</source>
        <translation>Global, mindestens</translation>
    </message>
    <message>
        <source>Nearest</source>
        <translation>Nächste</translation>
    </message>
    <message>
        <source>Up</source>
        <translation>Auf</translation>
    </message>
    <message>
        <source>Down</source>
        <translation>Ab</translation>
    </message>
    <message>
        <source>By area</source>
        <translation>Nach Fläche</translation>
    </message>
    <message>
        <source>Score first</source>
        <translation>Erst werten</translation>
    </message>
    <message>
        <source>Original</source>
        <translation>Original</translation>
    </message>
    <message>
        <source>Zero</source>
        <translation>Null</translation>
    </message>
    <message>
        <source>Renormalised</source>
        <translation>Neu normiert</translation>
    </message>
    <message>
        <source>Nearest kept</source>
        <translation>Nächstes</translation>
    </message>
    <message>
        <source>Kept tokens</source>
        <translation>Behaltene Token</translation>
    </message>
    <message>
        <source>Frozen</source>
        <translation>Eingefroren</translation>
    </message>
    <message>
        <source>Protect</source>
        <translation>Schützen</translation>
    </message>
    <message>
        <source>Kept only</source>
        <translation>Nur behaltene</translation>
    </message>
    <message>
        <source>Recompute</source>
        <translation>Neu rechnen</translation>
    </message>
    <message>
        <source>All</source>
        <translation>Alle</translation>
    </message>
    <message>
        <source>Last</source>
        <translation>Letzter</translation>
    </message>
    <message>
        <source>Pruned</source>
        <translation>Beschnitten</translation>
    </message>
    <message>
        <source>Full</source>
        <translation>Vollständig</translation>
    </message>
    <message>
        <source>Spatial reference</source>
        <translation>Räumlicher Bezug</translation>
    </message>
    <message>
        <source>What the feature map is compared with in space.</source>
        <translation>Womit die Merkmalskarte räumlich verglichen wird.</translation>
    </message>
    <message>
        <source>Temporal reference</source>
        <translation>Zeitlicher Bezug</translation>
    </message>
    <message>
        <source>What the feature map is compared with in time.</source>
        <translation>Womit die Merkmalskarte zeitlich verglichen wird.</translation>
    </message>
    <message>
        <source>Chosen over</source>
        <translation>Auswahl über</translation>
    </message>
    <message>
        <source>Whether all latent frames share the kept tokens, or each has its part.</source>
        <translation>Ob sich alle latenten Bilder die behaltenen Token teilen oder jedes seinen Teil hat.</translation>
    </message>
    <message>
        <source>Rounding</source>
        <translation>Rundung</translation>
    </message>
    <message>
        <source>How the number of kept tokens is rounded.</source>
        <translation>Wie die Zahl der behaltenen Token gerundet wird.</translation>
    </message>
    <message>
        <source>Mask from map</source>
        <translation>Maske aus Karte</translation>
    </message>
    <message>
        <source>How scores of the feature map reach the tokens of a scale.</source>
        <translation>Wie Werte der Merkmalskarte zu den Token einer Stufe kommen.</translation>
    </message>
    <message>
        <source>Mask to map</source>
        <translation>Maske zur Karte</translation>
    </message>
    <message>
        <source>Which mask multiplies the upsampled codes.</source>
        <translation>Welche Maske die hochgerechneten Codes multipliziert.</translation>
    </message>
    <message>
        <source>Fill</source>
        <translation>Füllung</translation>
    </message>
    <message>
        <source>What stands in for the codes of pruned tokens while upsampling.</source>
        <translation>Was beim Hochrechnen für die Codes beschnittener Token steht.</translation>
    </message>
    <message>
        <source>Guidance over</source>
        <translation>Führung über</translation>
    </message>
    <message>
        <source>Which tokens the norms of the guidance are taken over.</source>
        <translation>Über welche Token die Normen der Führung gebildet werden.</translation>
    </message>
    <message>
        <source>Context</source>
        <translation>Kontext</translation>
    </message>
    <message>
        <source>What later clips attend to of a scale that was pruned.</source>
        <translation>Was spätere Clips von einer beschnittenen Stufe sehen.</translation>
    </message>
    <message>
        <source>Clips</source>
        <translation>Clips</translation>
    </message>
    <message>
        <source>Which video clips are pruned.</source>
        <translation>Welche Videoclips beschnitten werden.</translation>
    </message>
    <message>
        <source>Compute</source>
        <translation>Rechnen</translation>
    </message>
    <message>
        <source>Full computes every token and prunes only what is used, to tell the two apart.</source>
        <translation>Vollständig rechnet jedes Token und beschneidet nur, was verwendet wird, um beides zu unterscheiden.</translation>
    </message>
</context>
<context>
    <name>QObject</name>
    <message>
        <source>Enter</source>
        <comment>key</comment>
        <translation>Eingabe</translation>
    </message>
    <message>
        <source>Ctrl</source>
        <comment>key</comment>
        <translation>Strg</translation>
    </message>
</context>
<context>
    <name>RunWords</name>
    <message>
        <source>Step %1.%2, scale %3×%4, repetition %5 of %6: %7 of %8 tokens kept</source>
        <translation>Schritt %1.%2, Stufe %3×%4, Wiederholung %5 von %6: %7 von %8 Token behalten</translation>
    </message>
    <message>
        <source>Run %1</source>
        <translation>Lauf %1</translation>
    </message>
    <message>
        <source>This run</source>
        <translation>Dieser Lauf</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 s</translation>
    </message>
    <message>
        <source>%1 min %2 s</source>
        <translation>%1 min %2 s</translation>
    </message>
    <message>
        <source>%1 finished in %2: %3 of %4 tokens</source>
        <translation>%1 in %2 fertig: %3 von %4 Token</translation>
    </message>
    <message>
        <source>%1 was stopped after %2 steps; what existed is kept</source>
        <translation>%1 wurde nach %2 Schritten angehalten; was da war, ist behalten</translation>
    </message>
    <message>
        <source>%1 was cancelled</source>
        <translation>%1 wurde abgebrochen</translation>
    </message>
    <message>
        <source>%1 failed: %2</source>
        <translation>%1 ist gescheitert: %2</translation>
    </message>
    <message>
        <source>%1 was interrupted after %2 steps and can be continued</source>
        <translation>%1 wurde nach %2 Schritten unterbrochen und kann fortgesetzt werden</translation>
    </message>
    <message>
        <source>Paused. %1</source>
        <translation>Pause. %1</translation>
    </message>
    <message>
        <source>Decoding the clip</source>
        <translation>Der Clip wird dekodiert</translation>
    </message>
    <message>
        <source>Encoding the condition</source>
        <translation>Die Vorgabe wird kodiert</translation>
    </message>
    <message>
        <source>Reading the prompt</source>
        <translation>Der Prompt wird gelesen</translation>
    </message>
    <message>
        <source>%1 GB</source>
        <translation>%1 GB</translation>
    </message>
    <message>
        <source>%1: estimate %2, measured %3</source>
        <translation>%1: geschätzt %2, gemessen %3</translation>
    </message>
    <message>
        <source>%1: forecast %2, measured %3</source>
        <translation>%1: Vorhersage %2, gemessen %3</translation>
    </message>
    <message>
        <source>Memory: forecast %1, measured %2</source>
        <translation>Speicher: Vorhersage %1, gemessen %2</translation>
    </message>
</context>
<context>
    <name>faststar::studio::CanvasPanel</name>
    <message>
        <source>Picture</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>Heatmap</source>
        <translation>Wärmekarte</translation>
    </message>
    <message>
        <source>Mask</source>
        <translation>Maske</translation>
    </message>
    <message>
        <source>What is shown</source>
        <translation>Was gezeigt wird</translation>
    </message>
    <message>
        <source>Score: spatial, temporal, fused</source>
        <translation>Wert: räumlich, zeitlich, vereint</translation>
    </message>
    <message>
        <source>Spatial, temporal or fused score</source>
        <translation>Räumlicher, zeitlicher oder vereinter Wert</translation>
    </message>
    <message>
        <source>View options</source>
        <translation>Ansicht einstellen</translation>
    </message>
    <message>
        <source>Colour round the picture</source>
        <translation>Farbe um das Bild</translation>
    </message>
</context>
<context>
    <name>faststar::studio::CanvasPresenter</name>
    <message>
        <source>No picture yet</source>
        <translation>Noch kein Bild</translation>
    </message>
    <message>
        <source>Preview, not decoded</source>
        <translation>Vorschau, nicht dekodiert</translation>
    </message>
    <message>
        <source>frame-%1.png</source>
        <translation>bild-%1.png</translation>
    </message>
    <message>
        <source>Save the frame</source>
        <translation>Bild sichern</translation>
    </message>
    <message>
        <source>PNG pictures (*.png)</source>
        <translation>PNG-Bilder (*.png)</translation>
    </message>
    <message>
        <source>Saved %1</source>
        <translation>%1 gesichert</translation>
    </message>
    <message>
        <source>The frame could not be saved</source>
        <translation>Das Bild konnte nicht gesichert werden</translation>
    </message>
    <message>
        <source>The clip is as it was. Choose another folder, or make room on the disk.</source>
        <translation>Der Clip ist, wie er war. Bitte einen anderen Ordner wählen oder Platz schaffen.</translation>
    </message>
    <message>
        <source>Save elsewhere</source>
        <translation>Anderswo sichern</translation>
    </message>
    <message>
        <source>Frame %1 copied</source>
        <translation>Bild %1 kopiert</translation>
    </message>
</context>
<context>
    <name>faststar::studio::DebugOverlay</name>
    <message>
        <source>Debug overlay</source>
        <translation>Messwerte</translation>
    </message>
    <message>
        <source>Step</source>
        <translation>Schritt</translation>
    </message>
    <message>
        <source>none yet</source>
        <translation>noch keiner</translation>
    </message>
    <message>
        <source>Step %1.%2</source>
        <translation>Schritt %1.%2</translation>
    </message>
    <message>
        <source>%1 tokens, %2 kept</source>
        <translation>%1 Tokens, %2 behalten</translation>
    </message>
    <message>
        <source>blocks</source>
        <translation>Blöcke</translation>
    </message>
    <message>
        <source>head, sampling</source>
        <translation>Kopf, Ziehung</translation>
    </message>
    <message>
        <source>quantiser</source>
        <translation>Quantisierer</translation>
    </message>
    <message>
        <source>scoring, top-k, gather</source>
        <translation>Bewertung, Auswahl</translation>
    </message>
    <message>
        <source>preview</source>
        <translation>Vorschau</translation>
    </message>
    <message>
        <source>Tensors</source>
        <translation>Tensoren</translation>
    </message>
    <message>
        <source>feature map, rms</source>
        <translation>Merkmalskarte, rms</translation>
    </message>
    <message>
        <source>score, mean</source>
        <translation>Wert, Mittel</translation>
    </message>
    <message>
        <source>score, min / max</source>
        <translation>Wert, min / max</translation>
    </message>
    <message>
        <source>not a number</source>
        <translation>keine Zahl</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Speicher</translation>
    </message>
    <message>
        <source>MB</source>
        <translation>MB</translation>
    </message>
    <message>
        <source>process / peak</source>
        <translation>Prozess / höchstens</translation>
    </message>
    <message>
        <source>allocator used / reserved</source>
        <translation>Heap belegt / gehalten</translation>
    </message>
    <message>
        <source>host used / all</source>
        <translation>Rechner belegt / alles</translation>
    </message>
    <message>
        <source>device %1, used / all</source>
        <translation>Gerät %1, belegt / alles</translation>
    </message>
    <message>
        <source>Interface</source>
        <translation>Oberfläche</translation>
    </message>
    <message>
        <source>limit 16 ms</source>
        <translation>Grenze 16 ms</translation>
    </message>
    <message>
        <source>events wait, p50 / p99</source>
        <translation>Ereignisse, p50 / p99</translation>
    </message>
    <message>
        <source>p99.9 / longest</source>
        <translation>p99,9 / längstes</translation>
    </message>
    <message>
        <source>news waiting / last batch</source>
        <translation>Meldungen wartend / zuletzt</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Protokoll</translation>
    </message>
</context>
<context>
    <name>faststar::studio::Dock</name>
    <message>
        <source>More</source>
        <translation>Mehr</translation>
    </message>
    <message>
        <source>&amp;Float</source>
        <translation>&amp;Lösen</translation>
    </message>
    <message>
        <source>&amp;Hide</source>
        <translation>&amp;Verbergen</translation>
    </message>
    <message>
        <source>%1 as a table</source>
        <translation>%1 als Tabelle</translation>
    </message>
</context>
<context>
    <name>faststar::studio::ExpertOptions</name>
    <message>
        <source>Sampling</source>
        <translation>Ziehung</translation>
    </message>
    <message>
        <source>Pruning</source>
        <translation>Beschnitt</translation>
    </message>
    <message>
        <source>Guidance rule</source>
        <translation>Führungsregel</translation>
    </message>
    <message>
        <source>Adaptive projected guidance, or plain classifier-free guidance.</source>
        <translation>Angepasste projizierte Führung (APG) oder einfache klassifikatorfreie Führung (CFG).</translation>
    </message>
    <message>
        <source>Projected</source>
        <translation>Projiziert</translation>
    </message>
    <message>
        <source>Plain</source>
        <translation>Einfach</translation>
    </message>
    <message>
        <source>Norm limit</source>
        <translation>Normgrenze</translation>
    </message>
    <message>
        <source>The guidance difference is scaled down to this norm (projected guidance).</source>
        <translation>Auf diese Norm wird der Führungsunterschied verkleinert (projizierte Führung).</translation>
    </message>
    <message>
        <source>Temperature, image</source>
        <translation>Temperatur, Bild</translation>
    </message>
    <message>
        <source>Of the draws in the image clip; less is surer, more is freer.</source>
        <translation>Der Ziehungen im Bildclip; weniger ist sicherer, mehr ist freier.</translation>
    </message>
    <message>
        <source>Temperature, video</source>
        <translation>Temperatur, Video</translation>
    </message>
    <message>
        <source>Of the draws in the video clips; less is surer, more is freer.</source>
        <translation>Der Ziehungen in den Videoclips; weniger ist sicherer, mehr ist freier.</translation>
    </message>
    <message>
        <source>Draw</source>
        <translation>Ziehen</translation>
    </message>
    <message>
        <source>Likeliest takes no chance; the seed has no effect.</source>
        <translation>Das Wahrscheinlichste lässt keinen Zufall zu; der Startwert wirkt nicht.</translation>
    </message>
    <message>
        <source>By chance</source>
        <translation>Zufällig</translation>
    </message>
    <message>
        <source>Likeliest</source>
        <translation>Wahrscheinlichstes</translation>
    </message>
    <message>
        <source>First frame</source>
        <translation>Erstes Bild</translation>
    </message>
    <message>
        <source>Replaced by the second one, as the released script does.</source>
        <translation>Wird durch das zweite ersetzt, wie im veröffentlichten Skript.</translation>
    </message>
    <message>
        <source>As made</source>
        <translation>Wie erzeugt</translation>
    </message>
    <message>
        <source>Smoothed</source>
        <translation>Geglättet</translation>
    </message>
    <message>
        <source>Floor of a frame</source>
        <translation>Mindestens je Bild</translation>
    </message>
    <message>
        <source>Share of a latent frame that is always kept (global with a floor).</source>
        <translation>Anteil eines latenten Bildes, der immer bleibt (global, mindestens).</translation>
    </message>
    <message>
        <source>Least norm</source>
        <translation>Kleinste Norm</translation>
    </message>
    <message>
        <source>Lower bound of a norm in the cosine.</source>
        <translation>Untergrenze einer Norm im Kosinus.</translation>
    </message>
    <message>
        <source>Without pruning these have no effect.</source>
        <translation>Ohne Beschnitt haben sie keine Wirkung.</translation>
    </message>
</context>
<context>
    <name>faststar::studio::FirstStart</name>
    <message>
        <source>Make the first clip</source>
        <translation>Den ersten Clip machen</translation>
    </message>
    <message>
        <source>Ctrl+Enter generates. F1 shows all keys.</source>
        <translation>Strg+Eingabe erzeugt. F1 zeigt alle Tasten.</translation>
    </message>
</context>
<context>
    <name>faststar::studio::FoldButton</name>
    <message>
        <source>open</source>
        <translation>offen</translation>
    </message>
    <message>
        <source>folded</source>
        <translation>zugeklappt</translation>
    </message>
</context>
<context>
    <name>faststar::studio::InspectPage</name>
    <message>
        <source>%1 of %2 kept</source>
        <translation>%1 von %2 behalten</translation>
    </message>
    <message>
        <source>Nothing to inspect yet</source>
        <translation>Noch nichts zu untersuchen</translation>
    </message>
    <message>
        <source>Generate a clip, or choose a run from the shelf: its scores and masks appear here.</source>
        <translation>Einen Clip erzeugen oder einen Lauf aus der Ablage wählen: Hier erscheinen seine Werte und Masken.</translation>
    </message>
    <message>
        <source>4 views</source>
        <translation>4 Ansichten</translation>
    </message>
    <message>
        <source>Single</source>
        <translation>Einzeln</translation>
    </message>
    <message>
        <source>Run and what-if</source>
        <translation>Lauf und Was-wäre-wenn</translation>
    </message>
    <message>
        <source>Views</source>
        <translation>Ansichten</translation>
    </message>
    <message>
        <source>Spatial, temporal, fused score or mask</source>
        <translation>Räumlicher, zeitlicher, vereinter Wert oder Maske</translation>
    </message>
    <message>
        <source>Colour map</source>
        <translation>Farbtafel</translation>
    </message>
    <message>
        <source>Not for colour-blind readers</source>
        <translation>Nicht für Farbenblinde</translation>
    </message>
    <message>
        <source>Own range</source>
        <translation>Eigener Bereich</translation>
    </message>
    <message>
        <source>Shared</source>
        <translation>Gemeinsam</translation>
    </message>
    <message>
        <source>Range of the colours</source>
        <translation>Bereich der Farben</translation>
    </message>
    <message>
        <source>Linear</source>
        <translation>Linear</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Log</translation>
    </message>
    <message>
        <source>Scale of the colours</source>
        <translation>Teilung der Farben</translation>
    </message>
    <message>
        <source>Picture under the maps</source>
        <translation>Bild unter den Karten</translation>
    </message>
    <message>
        <source>Zoom and move all maps together</source>
        <translation>Alle Karten gemeinsam bewegen</translation>
    </message>
    <message>
        <source>measured</source>
        <translation>gemessen</translation>
    </message>
    <message>
        <source>no run yet</source>
        <translation>noch kein Lauf</translation>
    </message>
    <message>
        <source>What-if</source>
        <translation>Was-wäre-wenn</translation>
    </message>
    <message>
        <source>nothing pruned</source>
        <translation>nichts beschnitten</translation>
    </message>
    <message>
        <source>as the run</source>
        <translation>wie der Lauf</translation>
    </message>
</context>
<context>
    <name>faststar::studio::LibraryPresenter</name>
    <message>
        <source>The studio did not end properly last time</source>
        <translation>Das Studio wurde zuletzt nicht ordentlich beendet</translation>
    </message>
    <message>
        <source>The queue is complete and waits, so that a run that brought it down does not start by itself.</source>
        <translation>Die Warteschlange ist vollständig und wartet, damit ein Lauf, der es beendete, nicht von selbst beginnt.</translation>
    </message>
    <message>
        <source>Let the queue run</source>
        <translation>Warteschlange laufen lassen</translation>
    </message>
    <message>
        <source>Show the queue</source>
        <translation>Warteschlange zeigen</translation>
    </message>
    <message>
        <source>Runs cannot be stored</source>
        <translation>Läufe können nicht gespeichert werden</translation>
    </message>
    <message>
        <source>Generating goes on; what is made now can be exported, but is not kept on the shelf.</source>
        <translation>Erzeugen geht weiter; was jetzt entsteht, kann exportiert werden, bleibt aber nicht in der Ablage.</translation>
    </message>
    <message>
        <source>Run %1 cannot be opened</source>
        <translation>Lauf %1 kann nicht geöffnet werden</translation>
    </message>
    <message>
        <source>Its settings are still on the shelf and can be used again.</source>
        <translation>Seine Einstellungen sind noch in der Ablage und können übernommen werden.</translation>
    </message>
    <message>
        <source>Run %1 could not be moved to the trash</source>
        <translation>Lauf %1 konnte nicht in den Papierkorb gelegt werden</translation>
    </message>
    <message>
        <source>It stays on the shelf.</source>
        <translation>Er bleibt in der Ablage.</translation>
    </message>
    <message>
        <source>%1 could not be written</source>
        <translation>%1 konnte nicht geschrieben werden</translation>
    </message>
    <message>
        <source>The clip itself is safe.</source>
        <translation>Der Clip selbst ist sicher.</translation>
    </message>
    <message>
        <source>Saved %1</source>
        <translation>%1 gesichert</translation>
    </message>
    <message>
        <source>%1, with its recipe inside</source>
        <translation>%1, mit Rezept in der Datei</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>Zeigen</translation>
    </message>
    <message>
        <source>Run %1 is in the trash</source>
        <translation>Lauf %1 liegt im Papierkorb</translation>
    </message>
    <message>
        <source>Run %1</source>
        <translation>Lauf %1</translation>
    </message>
    <message>
        <source>Export the clip as MP4</source>
        <translation>Clip als MP4 exportieren</translation>
    </message>
    <message>
        <source>MP4 films (*.mp4)</source>
        <translation>MP4-Filme (*.mp4)</translation>
    </message>
    <message>
        <source>Unpruned</source>
        <translation>Unbeschnitten</translation>
    </message>
    <message>
        <source>Blocks</source>
        <translation>Blöcke</translation>
    </message>
    <message>
        <source>Head, sampling</source>
        <translation>Kopf, Ziehung</translation>
    </message>
    <message>
        <source>Quantiser</source>
        <translation>Quantisierer</translation>
    </message>
    <message>
        <source>Scoring, gathering</source>
        <translation>Bewertung, Sammeln</translation>
    </message>
    <message>
        <source>This run</source>
        <translation>Dieser Lauf</translation>
    </message>
    <message>
        <source>Against run %1, unpruned</source>
        <translation>Gegen Lauf %1, unbeschnitten</translation>
    </message>
    <message>
        <source>Forecast %1 on this machine</source>
        <translation>Vorhersage: %1 auf diesem Rechner</translation>
    </message>
    <message>
        <source>The history was damaged and begins anew</source>
        <translation>Der Verlauf war beschädigt und beginnt neu</translation>
    </message>
    <message>
        <source>It was set aside, and the files of earlier runs were not touched.</source>
        <translation>Er wurde beiseitegelegt; die Dateien früherer Läufe blieben unberührt.</translation>
    </message>
    <message>
        <source>%1× faster</source>
        <translation>%1× schneller</translation>
    </message>
    <message>
        <source>%1× slower</source>
        <translation>%1× langsamer</translation>
    </message>
    <message>
        <source>%1, too large</source>
        <translation>%1, zu groß</translation>
    </message>
    <message>
        <source>%1, fits</source>
        <translation>%1, passt</translation>
    </message>
    <message>
        <source>Estimate %1, no run yet</source>
        <translation>Schätzung %1, noch kein Lauf</translation>
    </message>
    <message>
        <source>Export the clip</source>
        <translation>Den Clip exportieren</translation>
    </message>
</context>
<context>
    <name>faststar::studio::LivePage</name>
    <message>
        <source>Scores appear here</source>
        <translation>Hier erscheinen Werte</translation>
    </message>
    <message>
        <source>While a run works, each pruned step shows its spatial, temporal and fused score and what was kept.</source>
        <translation>Während eines Laufs zeigt jeder beschnittene Schritt seinen räumlichen, zeitlichen und vereinten Wert und was behalten wurde.</translation>
    </message>
    <message>
        <source>Step %1.%2</source>
        <translation>Schritt %1.%2</translation>
    </message>
    <message>
        <source>scale %1×%2</source>
        <translation>Stufe %1×%2</translation>
    </message>
    <message>
        <source>τ %1, frame %2</source>
        <translation>τ %1, Bild %2</translation>
    </message>
    <message>
        <source>τ %1, frames %2–%3</source>
        <translation>τ %1, Bilder %2–%3</translation>
    </message>
    <message>
        <source>This step is still to come.</source>
        <translation>Dieser Schritt kommt noch.</translation>
    </message>
    <message>
        <source>The codes of this step were given, so nothing was chosen.</source>
        <translation>Die Codes dieses Schritts waren gegeben, es wurde nichts gewählt.</translation>
    </message>
    <message>
        <source>Nothing is pruned at this step: all %1 tokens ran.</source>
        <translation>An diesem Schritt wird nichts beschnitten: alle %1 Token liefen.</translation>
    </message>
    <message>
        <source>what-if mask, no run yet</source>
        <translation>Maske als Was-wäre-wenn, noch kein Lauf</translation>
    </message>
</context>
<context>
    <name>faststar::studio::MessageBar</name>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Einzelheiten</translation>
    </message>
</context>
<context>
    <name>faststar::studio::ModelChip</name>
    <message>
        <source>No model</source>
        <translation>Kein Modell</translation>
    </message>
    <message>
        <source>Model: %1 %2</source>
        <translation>Modell: %1 %2</translation>
    </message>
</context>
<context>
    <name>faststar::studio::ModelChooser</name>
    <message>
        <source>not open</source>
        <translation>nicht offen</translation>
    </message>
    <message>
        <source>Demo model</source>
        <translation>Demomodell</translation>
    </message>
    <message>
        <source>Open a model</source>
        <translation>Modell öffnen</translation>
    </message>
    <message>
        <source>Open a model folder</source>
        <translation>Modellordner öffnen</translation>
    </message>
    <message>
        <source>Opening %1</source>
        <translation>%1 wird geöffnet</translation>
    </message>
</context>
<context>
    <name>faststar::studio::ProbePage</name>
    <message>
        <source>Score of the histogram</source>
        <translation>Wert der Verteilung</translation>
    </message>
    <message>
        <source>Spatial against temporal</source>
        <translation>Räumlich gegen zeitlich</translation>
    </message>
    <message>
        <source>Score histogram</source>
        <translation>Verteilung der Werte</translation>
    </message>
    <message>
        <source>Score histogram, step %1</source>
        <translation>Verteilung der Werte, Schritt %1</translation>
    </message>
    <message>
        <source>Histogram</source>
        <translation>Histogramm</translation>
    </message>
    <message>
        <source>Scatter</source>
        <translation>Streubild</translation>
    </message>
    <message>
        <source>Plot</source>
        <translation>Diagramm</translation>
    </message>
</context>
<context>
    <name>faststar::studio::ProbePresenter</name>
    <message>
        <source>step %1.%2</source>
        <translation>Schritt %1.%2</translation>
    </message>
    <message>
        <source>kept, rank %1</source>
        <translation>behalten, Rang %1</translation>
    </message>
    <message>
        <source>pruned, rank %1</source>
        <translation>beschnitten, Rang %1</translation>
    </message>
</context>
<context>
    <name>faststar::studio::PromptPanel</name>
    <message>
        <source>0 s</source>
        <translation>0 s</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 s</translation>
    </message>
    <message>
        <source>a picture</source>
        <translation>ein Bild</translation>
    </message>
    <message>
        <source>%1 frames</source>
        <translation>%1 Bilder</translation>
    </message>
    <message>
        <source>Without pruning these have no effect.</source>
        <translation>Ohne Beschnitt haben sie keine Wirkung.</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>Prompt</translation>
    </message>
    <message>
        <source>Use %1 again</source>
        <translation>%1 wiederverwenden</translation>
    </message>
    <message>
        <source>The seed of the run that is shown</source>
        <translation>Der Startwert des gezeigten Laufs</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>What the clip shows</source>
        <translation>Was der Clip zeigt</translation>
    </message>
    <message>
        <source>Show final prompt</source>
        <translation>Endgültigen Prompt anzeigen</translation>
    </message>
    <message>
        <source>What the model reads: the prompt with its fixed words</source>
        <translation>Was das Modell liest: der Prompt mit seinen festen Worten</translation>
    </message>
    <message>
        <source>Hide final prompt</source>
        <translation>Endgültigen Prompt verbergen</translation>
    </message>
    <message>
        <source>Negative prompt</source>
        <translation>Negativer Prompt</translation>
    </message>
    <message>
        <source>What it does not show</source>
        <translation>Was er nicht zeigt</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Width × height in pixels, and the aspect. The model decides how many pixels.</source>
        <translation>Breite × Höhe in Pixeln und das Seitenverhältnis. Wie viele Pixel, bestimmt das Modell.</translation>
    </message>
    <message>
        <source>Duration</source>
        <translation>Dauer</translation>
    </message>
    <message>
        <source>Draw a new seed for every run</source>
        <translation>Für jeden Lauf einen neuen Startwert ziehen</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Startwert</translation>
    </message>
    <message>
        <source>The same seed and settings give the same clip. -1 draws one for every run.</source>
        <translation>Gleicher Startwert und gleiche Einstellungen geben den gleichen Clip. -1 zieht für jeden Lauf einen.</translation>
    </message>
    <message>
        <source>Guidance</source>
        <translation>Führungsstärke</translation>
    </message>
    <message>
        <source>How closely the clip follows the prompt; 1 takes half the time and follows least.</source>
        <translation>Wie eng der Clip dem Prompt folgt; 1 braucht die halbe Zeit und folgt am wenigsten.</translation>
    </message>
    <message>
        <source>Unpruned</source>
        <translation>Unbeschnitten</translation>
    </message>
    <message>
        <source>Method</source>
        <translation>Verfahren</translation>
    </message>
    <message>
        <source>How tokens are chosen at the last four scales; unpruned computes all of them.</source>
        <translation>Wie an den letzten vier Stufen Token gewählt werden; unbeschnitten rechnet alle.</translation>
    </message>
    <message>
        <source>Kept</source>
        <translation>Behalten</translation>
    </message>
    <message>
        <source>tokens</source>
        <translation>Token</translation>
    </message>
    <message>
        <source>Expert options</source>
        <translation>Expertenoptionen</translation>
    </message>
</context>
<context>
    <name>faststar::studio::QueuePage</name>
    <message>
        <source>Sooner</source>
        <translation>Früher</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>Später</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Bearbeiten</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Empty the queue</source>
        <translation>Warteschlange leeren</translation>
    </message>
    <message>
        <source>held</source>
        <translation>angehalten</translation>
    </message>
    <message>
        <source>Queue</source>
        <translation>Warteschlange</translation>
    </message>
    <message>
        <source>Nothing waits</source>
        <translation>Nichts wartet</translation>
    </message>
    <message>
        <source>Generate during a run adds the settings here.</source>
        <translation>Erzeugen während eines Laufs stellt die Einstellungen hier ein.</translation>
    </message>
    <message>
        <source>Let it run</source>
        <translation>Laufen lassen</translation>
    </message>
    <message>
        <source>Hold</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>from scale %1 · seed %2</source>
        <translation>ab Stufe %1 · Startwert %2</translation>
    </message>
    <message>
        <source>seed %1</source>
        <translation>Startwert %1</translation>
    </message>
</context>
<context>
    <name>faststar::studio::RatioFields</name>
    <message>
        <source>Set A</source>
        <translation>Satz A</translation>
    </message>
    <message>
        <source>Set B</source>
        <translation>Satz B</translation>
    </message>
    <message>
        <source>None</source>
        <translation>Keine</translation>
    </message>
    <message>
        <source>Own</source>
        <translation>Eigene</translation>
    </message>
    <message>
        <source>Ratios</source>
        <translation>Anteile</translation>
    </message>
    <message>
        <source>The share of tokens pruned at the last four scales of a video clip.</source>
        <translation>Der Anteil der Token, der an den letzten vier Stufen eines Videoclips beschnitten wird.</translation>
    </message>
    <message>
        <source>Norm p</source>
        <translation>Norm p</translation>
    </message>
    <message>
        <source>How the spatial and the temporal score are fused: 1 adds, 2 is Euclidean, ∞ takes the greater.</source>
        <translation>Wie räumlicher und zeitlicher Wert vereint werden: 1 addiert, 2 ist euklidisch, ∞ nimmt den größeren.</translation>
    </message>
    <message>
        <source>Ratio of scale %1</source>
        <translation>Anteil der Stufe %1</translation>
    </message>
</context>
<context>
    <name>faststar::studio::RatiosPage</name>
    <message>
        <source>Pruning ratio per scale</source>
        <translation>Beschnittanteil je Stufe</translation>
    </message>
    <message>
        <source>Forecast</source>
        <translation>Vorhersage</translation>
    </message>
    <message>
        <source>What-if</source>
        <translation>Was-wäre-wenn</translation>
    </message>
</context>
<context>
    <name>faststar::studio::RunFooter</name>
    <message>
        <source>Queue</source>
        <translation>Warteschlange</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
    <message>
        <source>Pausing</source>
        <translation>Hält an</translation>
    </message>
    <message>
        <source>Paused at %1</source>
        <translation>Pause bei %1</translation>
    </message>
    <message>
        <source>Keeping what exists</source>
        <translation>Behält, was da ist</translation>
    </message>
    <message>
        <source>Cancelling</source>
        <translation>Bricht ab</translation>
    </message>
    <message>
        <source>%1 s left</source>
        <translation>noch %1 s</translation>
    </message>
    <message>
        <source>Add these settings to the queue</source>
        <translation>Einstellungen in die Warteschlange</translation>
    </message>
    <message>
        <source>Add to the queue (%1 waiting)</source>
        <translation>In die Warteschlange (%1 warten)</translation>
    </message>
</context>
<context>
    <name>faststar::studio::RunPresenter</name>
    <message>
        <source>Added to the queue</source>
        <translation>In die Warteschlange gestellt</translation>
    </message>
    <message>
        <source>The model is ready. Press Generate, or start from one of these.</source>
        <translation>Das Modell ist bereit. Erzeugen drücken oder mit einem von diesen beginnen.</translation>
    </message>
    <message>
        <source>Open another model</source>
        <translation>Anderes Modell öffnen</translation>
    </message>
    <message>
        <source>Demo model</source>
        <translation>Demomodell</translation>
    </message>
    <message>
        <source>No model is open.</source>
        <translation>Kein Modell ist offen.</translation>
    </message>
    <message>
        <source>Steps that are saved and need not be generated again: %1.</source>
        <translation>Schritte, die gespeichert sind und nicht neu erzeugt werden müssen: %1.</translation>
    </message>
    <message>
        <source>Nothing was lost: no step was done yet.</source>
        <translation>Nichts ging verloren: Noch kein Schritt war fertig.</translation>
    </message>
    <message>
        <source>Continue the run</source>
        <translation>Lauf fortsetzen</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Noch einmal</translation>
    </message>
    <message>
        <source>&amp;Resume</source>
        <translation>&amp;Fortsetzen</translation>
    </message>
    <message>
        <source>&amp;Pause</source>
        <translation>&amp;Pause</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pause</translation>
    </message>
    <message>
        <source>Opening the model</source>
        <translation>Das Modell wird geöffnet</translation>
    </message>
    <message>
        <source>No model is open</source>
        <translation>Kein Modell ist offen</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>Bereit</translation>
    </message>
    <message>
        <source>Open a model first</source>
        <translation>Zuerst ein Modell öffnen</translation>
    </message>
    <message>
        <source>Correct this first: %1</source>
        <translation>Zuerst berichtigen: %1</translation>
    </message>
    <message>
        <source>The model was opened, with a remark</source>
        <translation>Das Modell ist geöffnet, mit einer Anmerkung</translation>
    </message>
    <message>
        <source>A remark on %1</source>
        <translation>Anmerkung zu %1</translation>
    </message>
    <message>
        <source>The steps of %1 cannot be saved</source>
        <translation>Die Schritte von %1 können nicht gesichert werden</translation>
    </message>
    <message>
        <source>The run goes on and can be exported at its end, but not continued after a crash. Make room on the disk before the next one.</source>
        <translation>Der Lauf geht weiter und kann am Ende exportiert, nach einem Absturz aber nicht fortgesetzt werden. Schaffen Sie vor dem nächsten Platz auf der Festplatte.</translation>
    </message>
    <message>
        <source>The model cannot be opened</source>
        <translation>Das Modell kann nicht geöffnet werden</translation>
    </message>
    <message>
        <source>%1. Runs and settings are safe. Choose another folder, or the demo model.</source>
        <translation>%1. Läufe und Einstellungen sind sicher. Wählen Sie einen anderen Ordner oder das Demomodell.</translation>
    </message>
    <message>
        <source>The clip could not be decoded. All %1 steps are saved: nothing has to be generated again.</source>
        <translation>Der Clip konnte nicht dekodiert werden. Alle %1 Schritte sind gesichert: Nichts muss neu erzeugt werden.</translation>
    </message>
    <message>
        <source>Earlier runs and the settings are safe.</source>
        <translation>Frühere Läufe und die Einstellungen sind sicher.</translation>
    </message>
    <message>
        <source>Decode again</source>
        <translation>Noch einmal dekodieren</translation>
    </message>
    <message>
        <source>Steps that are saved and need not be generated again: %1. The queue waits. If the device does not come back, restart the studio.</source>
        <translation>Gespeicherte Schritte, die nicht noch einmal erzeugt werden müssen: %1. Die Warteschlange wartet. Kommt das Gerät nicht zurück, das Studio neu starten.</translation>
    </message>
    <message>
        <source>Earlier runs and the settings are safe. The queue waits. If the device does not come back, restart the studio.</source>
        <translation>Frühere Läufe und die Einstellungen sind sicher. Die Warteschlange wartet. Kommt das Gerät nicht zurück, das Studio neu starten.</translation>
    </message>
    <message>
        <source>Open again and continue</source>
        <translation>Neu öffnen und fortsetzen</translation>
    </message>
    <message>
        <source>Open the model again</source>
        <translation>Das Modell neu öffnen</translation>
    </message>
    <message>
        <source>Continue on the processor</source>
        <translation>Auf dem Prozessor fortsetzen</translation>
    </message>
    <message>
        <source>Use the processor</source>
        <translation>Den Prozessor verwenden</translation>
    </message>
</context>
<context>
    <name>faststar::studio::SeedField</name>
    <message>
        <source>-1 (random)</source>
        <translation>-1 (Zufall)</translation>
    </message>
</context>
<context>
    <name>faststar::studio::ShelfPage</name>
    <message>
        <source>Search runs</source>
        <translation>Läufe suchen</translation>
    </message>
</context>
<context>
    <name>faststar::studio::ShortcutSheet</name>
    <message>
        <source>or</source>
        <translation>oder</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>Find a shortcut by name or by its key</source>
        <translation>Ein Kürzel nach Name oder Taste suchen</translation>
    </message>
    <message>
        <source>Find a shortcut</source>
        <translation>Ein Kürzel suchen</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>Lauf</translation>
    </message>
    <message>
        <source>everywhere</source>
        <translation>überall</translation>
    </message>
    <message>
        <source>Windows</source>
        <translation>Fenster</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>Player</source>
        <translation>Abspielen</translation>
    </message>
    <message>
        <source>the picture has the focus</source>
        <translation>das Bild hat den Fokus</translation>
    </message>
    <message>
        <source>Maps</source>
        <translation>Karten</translation>
    </message>
    <message>
        <source>a map has the focus</source>
        <translation>eine Karte hat den Fokus</translation>
    </message>
    <message>
        <source>Move the probe</source>
        <translation>Sonde bewegen</translation>
    </message>
    <message>
        <source>Scale down, up</source>
        <translation>Stufe zurück, weiter</translation>
    </message>
    <message>
        <source>Page Up</source>
        <translation>Bild auf</translation>
    </message>
    <message>
        <source>Page Down</source>
        <translation>Bild ab</translation>
    </message>
    <message>
        <source>Zoom</source>
        <translation>Vergrößern</translation>
    </message>
    <message>
        <source>Film strip</source>
        <translation>Filmstreifen</translation>
    </message>
    <message>
        <source>it has the focus</source>
        <translation>er hat den Fokus</translation>
    </message>
    <message>
        <source>Move the cursor</source>
        <translation>Cursor bewegen</translation>
    </message>
    <message>
        <source>Ratios</source>
        <translation>Anteile</translation>
    </message>
    <message>
        <source>a bar has the focus</source>
        <translation>ein Balken hat den Fokus</translation>
    </message>
    <message>
        <source>1 %, 0.1 %</source>
        <translation>1 %, 0,1 %</translation>
    </message>
    <message>
        <source>Shift</source>
        <translation>Umschalt</translation>
    </message>
    <message>
        <source>5 %</source>
        <translation>5 %</translation>
    </message>
    <message>
        <source>Back to the run&apos;s value</source>
        <translation>Zurück zum Wert des Laufs</translation>
    </message>
    <message>
        <source>Del</source>
        <translation>Entf</translation>
    </message>
    <message>
        <source>Lock</source>
        <translation>Sperren</translation>
    </message>
    <message>
        <source>Single keys work only while a view has the focus, never in text fields.</source>
        <translation>Einzelne Tasten wirken nur, wenn eine Ansicht den Fokus hat, nie in Textfeldern.</translation>
    </message>
</context>
<context>
    <name>faststar::studio::StudioActions</name>
    <message>
        <source>&amp;Generate</source>
        <translation>&amp;Erzeugen</translation>
    </message>
    <message>
        <source>Generate</source>
        <translation>Erzeugen</translation>
    </message>
    <message>
        <source>Queue as &amp;next</source>
        <translation>Als &amp;Nächstes einreihen</translation>
    </message>
    <message>
        <source>&amp;Pause</source>
        <translation>&amp;Pause</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pause</translation>
    </message>
    <message>
        <source>&amp;Stop and keep</source>
        <translation>&amp;Anhalten und behalten</translation>
    </message>
    <message>
        <source>Stop and keep</source>
        <translation>Anhalten, behalten</translation>
    </message>
    <message>
        <source>&amp;Cancel the run</source>
        <translation>Lauf ab&amp;brechen</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>&amp;Decode what exists now</source>
        <translation>Was da ist jetzt &amp;dekodieren</translation>
    </message>
    <message>
        <source>Decode now</source>
        <translation>Jetzt dekodieren</translation>
    </message>
    <message>
        <source>&amp;Branch from the shown scale</source>
        <translation>Von der gezeigten Stufe ab&amp;zweigen</translation>
    </message>
    <message>
        <source>Branch</source>
        <translation>Abzweigen</translation>
    </message>
    <message>
        <source>Con&amp;tinue the shown run</source>
        <translation>Gezeigten Lauf &amp;fortsetzen</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Show the &amp;queue</source>
        <translation>&amp;Warteschlange zeigen</translation>
    </message>
    <message>
        <source>&amp;Re-use the settings of the shown run</source>
        <translation>&amp;Einstellungen des gezeigten Laufs übernehmen</translation>
    </message>
    <message>
        <source>Re-use the s&amp;eed of the shown run</source>
        <translation>&amp;Startwert des gezeigten Laufs übernehmen</translation>
    </message>
    <message>
        <source>Edit the pr&amp;ompt</source>
        <translation>&amp;Prompt bearbeiten</translation>
    </message>
    <message>
        <source>Desktop &amp;notice when a run ends</source>
        <translation>&amp;Meldung, wenn ein Lauf endet</translation>
    </message>
    <message>
        <source>&amp;Export the clip as MP4…</source>
        <translation>Clip als MP4 &amp;exportieren…</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>&amp;Save the frame as PNG…</source>
        <translation>Bild als PNG &amp;sichern…</translation>
    </message>
    <message>
        <source>&amp;Copy the frame</source>
        <translation>Bild &amp;kopieren</translation>
    </message>
    <message>
        <source>&amp;Open a model folder…</source>
        <translation>Modellordner ö&amp;ffnen…</translation>
    </message>
    <message>
        <source>&amp;Demo model</source>
        <translation>&amp;Demomodell</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Beenden</translation>
    </message>
    <message>
        <source>Workspace Generate</source>
        <translation>Arbeitsbereich Erzeugen</translation>
    </message>
    <message>
        <source>&amp;Inspect</source>
        <translation>&amp;Untersuchen</translation>
    </message>
    <message>
        <source>Workspace Inspect</source>
        <translation>Arbeitsbereich Untersuchen</translation>
    </message>
    <message>
        <source>&amp;Next dock</source>
        <translation>&amp;Nächster Bereich</translation>
    </message>
    <message>
        <source>&amp;Film strip and shelf</source>
        <translation>&amp;Filmstreifen und Ablage</translation>
    </message>
    <message>
        <source>&amp;Full screen</source>
        <translation>&amp;Vollbild</translation>
    </message>
    <message>
        <source>&amp;Reset layout</source>
        <translation>Anordnung &amp;zurücksetzen</translation>
    </message>
    <message>
        <source>&amp;Keyboard shortcuts</source>
        <translation>&amp;Tastenkürzel</translation>
    </message>
    <message>
        <source>&amp;About FastSTAR Studio</source>
        <translation>&amp;Über FastSTAR Studio</translation>
    </message>
    <message>
        <source>&amp;Follow the desktop</source>
        <translation>Dem Desktop &amp;folgen</translation>
    </message>
    <message>
        <source>&amp;Dark</source>
        <translation>&amp;Dunkel</translation>
    </message>
    <message>
        <source>&amp;Light</source>
        <translation>&amp;Hell</translation>
    </message>
    <message>
        <source>&amp;Neutral grey</source>
        <translation>&amp;Neutralgrau</translation>
    </message>
    <message>
        <source>&amp;Theme</source>
        <translation>&amp;Farben</translation>
    </message>
    <message>
        <source>&amp;Black</source>
        <translation>&amp;Schwarz</translation>
    </message>
    <message>
        <source>&amp;18 % grey</source>
        <translation>&amp;18 % Grau</translation>
    </message>
    <message>
        <source>&amp;White</source>
        <translation>&amp;Weiß</translation>
    </message>
    <message>
        <source>&amp;Play, pause</source>
        <translation>&amp;Abspielen, Pause</translation>
    </message>
    <message>
        <source>Frame &amp;back</source>
        <translation>Bild &amp;zurück</translation>
    </message>
    <message>
        <source>Frame &amp;on</source>
        <translation>Bild &amp;weiter</translation>
    </message>
    <message>
        <source>&amp;Slower, or backwards</source>
        <translation>&amp;Langsamer oder rückwärts</translation>
    </message>
    <message>
        <source>&amp;Halt</source>
        <translation>&amp;Halt</translation>
    </message>
    <message>
        <source>&amp;Faster</source>
        <translation>&amp;Schneller</translation>
    </message>
    <message>
        <source>F&amp;irst frame</source>
        <translation>&amp;Erstes Bild</translation>
    </message>
    <message>
        <source>L&amp;ast frame</source>
        <translation>Le&amp;tztes Bild</translation>
    </message>
    <message>
        <source>&amp;Loop</source>
        <translation>Sc&amp;hleife</translation>
    </message>
    <message>
        <source>Fo&amp;llow the run</source>
        <translation>Dem Lauf f&amp;olgen</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>&amp;Bearbeiten</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <source>&amp;Docks</source>
        <translation>&amp;Bereiche</translation>
    </message>
    <message>
        <source>&amp;Colour round the picture</source>
        <translation>&amp;Farbe um das Bild</translation>
    </message>
    <message>
        <source>&amp;Run</source>
        <translation>&amp;Lauf</translation>
    </message>
    <message>
        <source>Pla&amp;yer</source>
        <translation>Abs&amp;pielen</translation>
    </message>
    <message>
        <source>&amp;Model</source>
        <translation>&amp;Modell</translation>
    </message>
    <message>
        <source>&amp;Recent models</source>
        <translation>&amp;Zuletzt verwendete Modelle</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <source>Re-run from a scale</source>
        <translation>Ab einer Stufe neu rechnen</translation>
    </message>
    <message>
        <source>Back to the run&apos;s settings</source>
        <translation>Zurück zu den Einstellungen des Laufs</translation>
    </message>
    <message>
        <source>&amp;Picture only, full screen</source>
        <translation>&amp;Nur das Bild, ganzer Bildschirm</translation>
    </message>
    <message>
        <source>&amp;Debug overlay</source>
        <translation>&amp;Messwerte über dem Bild</translation>
    </message>
</context>
<context>
    <name>faststar::studio::StudioWindow</name>
    <message>
        <source>FastSTAR Studio</source>
        <translation>FastSTAR Studio</translation>
    </message>
    <message>
        <source>Prompt and settings</source>
        <translation>Prompt und Einstellungen</translation>
    </message>
    <message>
        <source>Live step</source>
        <translation>Laufender Schritt</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>Added</source>
        <translation>Ergänzt</translation>
    </message>
    <message>
        <source>Bits</source>
        <translation>Bits</translation>
    </message>
    <message>
        <source>What the film strip shows</source>
        <translation>Was der Filmstreifen zeigt</translation>
    </message>
    <message>
        <source>Film strip</source>
        <translation>Filmstreifen</translation>
    </message>
    <message>
        <source>Generate</source>
        <translation>Erzeugen</translation>
    </message>
    <message>
        <source>Inspect</source>
        <translation>Untersuchen</translation>
    </message>
    <message>
        <source>Workspace</source>
        <translation>Arbeitsbereich</translation>
    </message>
    <message>
        <source>Device %1, %2 threads</source>
        <translation>Gerät: %1, %2 Threads</translation>
    </message>
    <message>
        <source>Device %1</source>
        <translation>Gerät: %1</translation>
    </message>
    <message>
        <source>Memory %1 of %2 GB</source>
        <translation>Speicher: %1 von %2 GB</translation>
    </message>
    <message>
        <source>About FastSTAR Studio</source>
        <translation>Über FastSTAR Studio</translation>
    </message>
    <message>
        <source>FastSTAR Studio %1

Generates video scale by scale, and shows why every token was kept.
Licensed under Apache-2.0. It sends nothing anywhere.</source>
        <translation>FastSTAR Studio %1

Erzeugt Video Stufe für Stufe und zeigt, warum jedes Token behalten wurde.
Lizenz: Apache-2.0. Es sendet nichts.</translation>
    </message>
    <message>
        <source>Ratios</source>
        <translation>Anteile</translation>
    </message>
    <message>
        <source>Timeline</source>
        <translation>Zeitachse</translation>
    </message>
    <message>
        <source>Probe</source>
        <translation>Sonde</translation>
    </message>
    <message>
        <source>Queue</source>
        <translation>Warteschlange</translation>
    </message>
    <message>
        <source>Queue · %1</source>
        <translation>Warteschlange · %1</translation>
    </message>
    <message>
        <source>Shelf</source>
        <translation>Ablage</translation>
    </message>
    <message>
        <source>Waterfall</source>
        <translation>Wasserfall</translation>
    </message>
    <message>
        <source>Last step</source>
        <translation>Letzter Schritt</translation>
    </message>
    <message>
        <source>Shelf · %1</source>
        <translation>Ablage · %1</translation>
    </message>
</context>
<context>
    <name>faststar::studio::TimelinePage</name>
    <message>
        <source>Image clip</source>
        <translation>Bildclip</translation>
    </message>
    <message>
        <source>Video clip</source>
        <translation>Videoclip</translation>
    </message>
    <message>
        <source>Decode</source>
        <translation>Dekodieren</translation>
    </message>
    <message>
        <source>decode failed</source>
        <translation>Dekodieren gescheitert</translation>
    </message>
    <message>
        <source>failed at step %1</source>
        <translation>gescheitert bei Schritt %1</translation>
    </message>
    <message>
        <source>%1 steps</source>
        <translation>%1 Schritte</translation>
    </message>
    <message>
        <source>%1 of %2 steps</source>
        <translation>%1 von %2 Schritten</translation>
    </message>
    <message>
        <source>Encode</source>
        <translation>Kodieren</translation>
    </message>
</context>
<context>
    <name>faststar::studio::WhatIfPresenter</name>
    <message>
        <source>Re-run from scale %1</source>
        <translation>Ab Stufe %1 neu rechnen</translation>
    </message>
    <message>
        <source>Re-run from a scale</source>
        <translation>Ab einer Stufe neu rechnen</translation>
    </message>
    <message>
        <source>Back to the settings of %1</source>
        <translation>Zurück zu den Einstellungen von %1</translation>
    </message>
    <message>
        <source>Back to the run&apos;s settings</source>
        <translation>Zurück zu den Einstellungen des Laufs</translation>
    </message>
    <message>
        <source>Back to %1</source>
        <translation>Zurück zu %1</translation>
    </message>
    <message>
        <source>Back to the run</source>
        <translation>Zurück zum Lauf</translation>
    </message>
    <message>
        <source>The maps were measured with another reference: masks show the stored one until the run is made anew.</source>
        <translation>Die Karten wurden mit anderem Bezug gemessen: Masken zeigen den gespeicherten, bis neu gerechnet wird.</translation>
    </message>
    <message>
        <source>Masks are exact for the stored score maps. The picture stays that of the run until it is made anew.</source>
        <translation>Masken sind für die gespeicherten Wertkarten genau. Das Bild bleibt das des Laufs, bis neu gerechnet wird.</translation>
    </message>
    <message>
        <source>Change a ratio to see its masks at once.</source>
        <translation>Einen Anteil ändern, um seine Masken sofort zu sehen.</translation>
    </message>
    <message>
        <source>Without pruning the ratios have no effect.</source>
        <translation>Ohne Beschnitt haben die Anteile keine Wirkung.</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
    <message>
        <source>Kept tokens</source>
        <translation>Behaltene Token</translation>
    </message>
    <message>
        <source>Share</source>
        <translation>Anteil</translation>
    </message>
    <message>
        <source>Kept per latent frame, step %1.%2</source>
        <translation>Behalten je latentem Bild, Schritt %1.%2</translation>
    </message>
    <message>
        <source>Transformer</source>
        <translation>Transformer</translation>
    </message>
    <message>
        <source>Whole run</source>
        <translation>Ganzer Lauf</translation>
    </message>
</context>
<context>
    <name>main</name>
    <message>
        <source>FastSTAR Studio</source>
        <translation>FastSTAR Studio</translation>
    </message>
    <message>
        <source>The model folder to open.</source>
        <translation>Der Modellordner, der geöffnet wird.</translation>
    </message>
    <message>
        <source>Threads to compute with; 0 = automatic.</source>
        <translation>Threads zum Rechnen; 0 = automatisch.</translation>
    </message>
    <message>
        <source>Where to compute: cpu, cuda, cuda:N or auto.</source>
        <translation>Wo gerechnet wird: cpu, cuda, cuda:N oder auto.</translation>
    </message>
</context>
</TS>
