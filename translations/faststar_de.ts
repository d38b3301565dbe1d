<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
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
</TS>
