<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="es" sourcelanguage="en">
    <context>
        <name>Choices</name>
        <message>
            <source>System default</source>
            <translation>Lo que elija el sistema</translation>
        </message>
        <message>
            <source>You</source>
            <translation>Yo</translation>
        </message>
        <message>
            <source>Them</source>
            <translation>Otros</translation>
        </message>
    </context>
    <context>
        <name>EmptyView</name>
        <message>
            <source>Press Start to caption both sides of the conversation</source>
            <translation>Pulse Iniciar para subtitular los dos lados de la conversación</translation>
        </message>
        <message>
            <source>Your microphone and what this computer plays are heard. The microphone opens only then.</source>
            <translation>Overtitle escucha el micrófono y lo que suena en este equipo. El micrófono solo se abre en ese momento.</translation>
        </message>
        <message>
            <source>The caption bar floats above every other window. Ctrl+L lets clicks through it.</source>
            <translation>La barra de subtítulos queda por encima de las demás ventanas. Con Ctrl+L, los clics la atraviesan.</translation>
        </message>
        <message>
            <source>Nothing that is said leaves this computer.</source>
            <translation>Nada de lo que se dice sale de este equipo.</translation>
        </message>
        <message>
            <source>Every sentence is saved as it is spoken, in {folder}.</source>
            <translation>Cada frase se guarda al momento en {folder}.</translation>
        </message>
    </context>
    <context>
        <name>FindBar</name>
        <message>
            <source>Find in this transcript</source>
            <translation>Buscar en esta transcripción</translation>
        </message>
        <message>
            <source>Previous match</source>
            <translation>Resultado anterior</translation>
        </message>
        <message>
            <source>Next match</source>
            <translation>Resultado siguiente</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>Cerrar</translation>
        </message>
        <message>
            <source>Not found</source>
            <translation>No se encuentra</translation>
        </message>
    </context>
    <context>
        <name>Gap</name>
        <message>
            <source>no sound from the device</source>
            <translation>el dispositivo no enviaba sonido</translation>
        </message>
        <message>
            <source>captions too far behind</source>
            <translation>subtítulos demasiado retrasados</translation>
        </message>
        <message>
            <source>not captioned</source>
            <translation>sin subtitular</translation>
        </message>
        <message>
            <source>connection lost</source>
            <translation>conexión perdida</translation>
        </message>
    </context>
    <context>
        <name>KeysDialog</name>
        <message>
            <source>All keys</source>
            <translation>Todos los atajos</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>Cerrar</translation>
        </message>
        <message>
            <source>Space or Enter</source>
            <translation>Espacio o Intro</translation>
        </message>
        <message>
            <source>Press the focused button: Start, Stop</source>
            <translation>Pulsar el botón seleccionado: Iniciar, Detener</translation>
        </message>
        <message>
            <source>Ctrl+1 to Ctrl+9</source>
            <translation>Ctrl+1 a Ctrl+9</translation>
        </message>
        <message>
            <source>Mute a side, or hear it again</source>
            <translation>Silenciar un lado o volver a escucharlo</translation>
        </message>
        <message>
            <source>What did I miss: the last two minutes in large print</source>
            <translation>Qué me he perdido: los dos últimos minutos en letra grande</translation>
        </message>
        <message>
            <source>Mark this moment</source>
            <translation>Marcar este momento</translation>
        </message>
        <message>
            <source>Lock or unlock the caption bar</source>
            <translation>Bloquear o desbloquear la barra de subtítulos</translation>
        </message>
        <message>
            <source>Find in the transcript, or search the library</source>
            <translation>Buscar en la transcripción o en la biblioteca</translation>
        </message>
        <message>
            <source>Copy what is selected</source>
            <translation>Copiar lo seleccionado</translation>
        </message>
        <message>
            <source>Ctrl+Shift+C</source>
            <translation>Ctrl+Mayús+C</translation>
        </message>
        <message>
            <source>Copy the whole transcript</source>
            <translation>Copiar toda la transcripción</translation>
        </message>
        <message>
            <source>End</source>
            <translation>Fin</translation>
        </message>
        <message>
            <source>Back to the newest words</source>
            <translation>Volver a las últimas palabras</translation>
        </message>
        <message>
            <source>Settings</source>
            <translation>Ajustes</translation>
        </message>
        <message>
            <source>This list</source>
            <translation>Esta lista</translation>
        </message>
        <message>
            <source>Quit</source>
            <translation>Salir</translation>
        </message>
    </context>
    <context>
        <name>LaneCard</name>
        <message>
            <source>Device for {label}</source>
            <translation>Dispositivo de {label}</translation>
        </message>
        <message>
            <source>Loudness of {label}</source>
            <translation>Volumen de {label}</translation>
        </message>
        <message>
            <source>System default</source>
            <translation>Lo que elija el sistema</translation>
        </message>
        <message>
            <source>default</source>
            <translation>predeterminado</translation>
        </message>
        <message>
            <source>off</source>
            <translation>desactivado</translation>
        </message>
        <message>
            <source>none connected</source>
            <translation>ninguno conectado</translation>
        </message>
        <message>
            <source>not connected</source>
            <translation>sin conectar</translation>
        </message>
        <message>
            <source>Hear {label} again</source>
            <translation>Volver a escuchar: {label}</translation>
        </message>
        <message>
            <source>Mute {label}</source>
            <translation>Silenciar: {label}</translation>
        </message>
    </context>
    <context>
        <name>Language</name>
        <message>
            <source>English (US)</source>
            <translation>Inglés (EE. UU.)</translation>
        </message>
        <message>
            <source>English (UK)</source>
            <translation>Inglés (Reino Unido)</translation>
        </message>
        <message>
            <source>French (France)</source>
            <translation>Francés (Francia)</translation>
        </message>
        <message>
            <source>French (Canada)</source>
            <translation>Francés (Canadá)</translation>
        </message>
        <message>
            <source>Spanish (US)</source>
            <translation>Español (EE. UU.)</translation>
        </message>
    </context>
    <context>
        <name>LanguagePicker</name>
        <message>
            <source>Spoken language</source>
            <translation>Idioma hablado</translation>
        </message>
        <message>
            <source>not with this way of captioning</source>
            <translation>no con este modo de subtitulado</translation>
        </message>
    </context>
    <context>
        <name>LibraryView</name>
        <message>
            <source>Search everything that was said</source>
            <translation>Buscar en todo lo que se ha dicho</translation>
        </message>
        <message>
            <source>Saved sessions</source>
            <translation>Sesiones guardadas</translation>
        </message>
        <message>
            <source>Open</source>
            <translation>Abrir</translation>
        </message>
        <message>
            <source>Export</source>
            <translation>Exportar</translation>
        </message>
        <message>
            <source>Delete</source>
            <translation>Eliminar</translation>
        </message>
        <message>
            <source>Delete for good</source>
            <translation>Eliminar para siempre</translation>
        </message>
        <message>
            <source>Keep it</source>
            <translation>Conservarla</translation>
        </message>
        <message>
            <source>Transcripts</source>
            <translation>Transcripciones</translation>
        </message>
        <message>
            <source>Nothing is saved yet. Every session appears here as soon as it has begun.</source>
            <translation>Todavía no hay nada guardado. Cada sesión aparece aquí en cuanto empieza.</translation>
        </message>
        <message>
            <source>These words are in no transcript.</source>
            <translation>Estas palabras no están en ninguna transcripción.</translation>
        </message>
        <message>
            <source>Delete “{title}”? It can't be brought back.</source>
            <translation>¿Eliminar «{title}»? No se podrá recuperar.</translation>
        </message>
    </context>
    <context>
        <name>MainWindow</name>
        <message>
            <source>Nothing to caption: choose a microphone or the system sound.</source>
            <translation>No hay nada que subtitular: elija un micrófono o el sonido del sistema.</translation>
        </message>
    </context>
    <context>
        <name>MissDialog</name>
        <message>
            <source>What did I miss</source>
            <translation>¿Qué me he perdido?</translation>
        </message>
        <message>
            <source>The last two minutes</source>
            <translation>Los dos últimos minutos</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>Cerrar</translation>
        </message>
        <message>
            <source>Nothing was said in the last two minutes.</source>
            <translation>No se ha dicho nada en los dos últimos minutos.</translation>
        </message>
    </context>
    <context>
        <name>Notes</name>
        <message>
            <source>Question</source>
            <translation>Pregunta</translation>
        </message>
        <message>
            <source>To do</source>
            <translation>Tarea pendiente</translation>
        </message>
        <message>
            <source>Follow-up</source>
            <translation>Seguimiento</translation>
        </message>
        <message>
            <source>Topic</source>
            <translation>Tema</translation>
        </message>
        <message>
            <source>Mentioned</source>
            <translation>Mencionado</translation>
        </message>
        <message>
            <source>Marked</source>
            <translation>Marcado</translation>
        </message>
        <message>
            <source>{seconds} s of {lane} may be missing here</source>
            <translation>Aquí pueden faltar {seconds} s ({lane})</translation>
        </message>
        <message>
            <source>From here on: {provider}, {language}</source>
            <translation>A partir de aquí: {provider}, {language}</translation>
        </message>
    </context>
    <context>
        <name>ProblemBar</name>
        <message>
            <source>Hide this message</source>
            <translation>Ocultar este mensaje</translation>
        </message>
    </context>
    <context>
        <name>Problems</name>
        <message>
            <source>Try again</source>
            <translation>Reintentar</translation>
        </message>
        <message>
            <source>Open sound settings</source>
            <translation>Abrir los ajustes de sonido</translation>
        </message>
        <message>
            <source>Choose another device</source>
            <translation>Elegir otro dispositivo</translation>
        </message>
        <message>
            <source>Choose another way</source>
            <translation>Elegir otro modo</translation>
        </message>
        <message>
            <source>Choose the language</source>
            <translation>Elegir el idioma</translation>
        </message>
        <message>
            <source>Enter account details</source>
            <translation>Introducir los datos de la cuenta</translation>
        </message>
        <message>
            <source>Choose another folder</source>
            <translation>Elegir otra carpeta</translation>
        </message>
        <message>
            <source>Open settings</source>
            <translation>Abrir los ajustes</translation>
        </message>
        <message>
            <source>Show transcripts</source>
            <translation>Ver las transcripciones</translation>
        </message>
        <message>
            <source>Something unexpected happened; the transcript so far is saved.</source>
            <translation>Ha ocurrido algo inesperado; la transcripción está guardada hasta este punto.</translation>
        </message>
        <message>
            <source>Try again; the log file says more.</source>
            <translation>Inténtelo de nuevo; el registro del programa da más detalles.</translation>
        </message>
    </context>
    <context>
        <name>ProviderPicker</name>
        <message>
            <source>Captions by</source>
            <translation>Subtítulos de</translation>
        </message>
        <message>
            <source>sends sound to {provider}</source>
            <translation>envía el sonido a {provider}</translation>
        </message>
        <message>
            <source>private</source>
            <translation>privado</translation>
        </message>
    </context>
    <context>
        <name>Rail</name>
        <message>
            <source>Captions</source>
            <translation>Subtítulos</translation>
        </message>
        <message>
            <source>Transcripts</source>
            <translation>Transcripciones</translation>
        </message>
        <message>
            <source>Show the caption bar</source>
            <translation>Mostrar la barra de subtítulos</translation>
        </message>
        <message>
            <source>Lock the caption bar (Ctrl+L)</source>
            <translation>Bloquear la barra de subtítulos (Ctrl+L)</translation>
        </message>
        <message>
            <source>All keys (F1)</source>
            <translation>Todos los atajos (F1)</translation>
        </message>
        <message>
            <source>Settings (Ctrl+,)</source>
            <translation>Ajustes (Ctrl+,)</translation>
        </message>
    </context>
    <context>
        <name>Settings</name>
        <message>
            <source>Microphone</source>
            <translation>Micrófono</translation>
        </message>
        <message>
            <source>Captioned as “You”. Empty for the system's default.</source>
            <translation>Aparece como «Yo». Vacío: lo que elija el sistema.</translation>
        </message>
        <message>
            <source>System sound</source>
            <translation>Sonido del sistema</translation>
        </message>
        <message>
            <source>Captioned as “Them”. Empty for the system's default.</source>
            <translation>Aparece como «Otros». Vacío: lo que elija el sistema.</translation>
        </message>
        <message>
            <source>Caption my voice</source>
            <translation>Subtitular mi voz</translation>
        </message>
        <message>
            <source>The microphone opens only while captions run.</source>
            <translation>El micrófono solo se abre mientras se subtitula.</translation>
        </message>
        <message>
            <source>Caption what I hear</source>
            <translation>Subtitular lo que oigo</translation>
        </message>
        <message>
            <source>Calls, videos and everything else this computer plays.</source>
            <translation>Llamadas, vídeos y todo lo que suena en este equipo.</translation>
        </message>
        <message>
            <source>Spoken language</source>
            <translation>Idioma hablado</translation>
        </message>
        <message>
            <source>The language that is spoken.</source>
            <translation>El idioma en el que se habla.</translation>
        </message>
        <message>
            <source>Captions by</source>
            <translation>Subtítulos de</translation>
        </message>
        <message>
            <source>On this computer, or by a service that you have an account with.</source>
            <translation>En este equipo o con un servicio en el que tenga cuenta.</translation>
        </message>
        <message>
            <source>Provider options</source>
            <translation>Opciones del servicio</translation>
        </message>
        <message>
            <source>For each provider its own options, as text.</source>
            <translation>Las opciones de cada servicio, como texto.</translation>
        </message>
        <message>
            <source>Show the caption bar</source>
            <translation>Mostrar la barra de subtítulos</translation>
        </message>
        <message>
            <source>While captions run.</source>
            <translation>Mientras se subtitula.</translation>
        </message>
        <message>
            <source>Lines</source>
            <translation>Líneas</translation>
        </message>
        <message>
            <source>How many lines of text it holds.</source>
            <translation>Cuántas líneas de texto muestra.</translation>
        </message>
        <message>
            <source>Typeface</source>
            <translation>Tipo de letra</translation>
        </message>
        <message>
            <source>Empty for the one that comes with Overtitle.</source>
            <translation>Vacío: el que viene con Overtitle.</translation>
        </message>
        <message>
            <source>Text size</source>
            <translation>Tamaño del texto</translation>
        </message>
        <message>
            <source>In points.</source>
            <translation>En puntos.</translation>
        </message>
        <message>
            <source>Text colour</source>
            <translation>Color del texto</translation>
        </message>
        <message>
            <source>Of words that will not change.</source>
            <translation>El de las palabras que ya no cambiarán.</translation>
        </message>
        <message>
            <source>Panel colour</source>
            <translation>Color del fondo</translation>
        </message>
        <message>
            <source>Behind the text.</source>
            <translation>Detrás del texto.</translation>
        </message>
        <message>
            <source>Panel opacity</source>
            <translation>Opacidad del fondo</translation>
        </message>
        <message>
            <source>In percent.</source>
            <translation>En porcentaje.</translation>
        </message>
        <message>
            <source>Locked</source>
            <translation>Bloqueada</translation>
        </message>
        <message>
            <source>Clicks go through the caption bar to what lies below.</source>
            <translation>Los clics atraviesan la barra de subtítulos.</translation>
        </message>
        <message>
            <source>Folder</source>
            <translation>Carpeta</translation>
        </message>
        <message>
            <source>Where transcripts are saved. Empty for Documents/Overtitle.</source>
            <translation>Dónde se guardan las transcripciones. Vacío: Documentos/Overtitle.</translation>
        </message>
        <message>
            <source>Also save as</source>
            <translation>Guardar también como</translation>
        </message>
        <message>
            <source>Written beside the transcript when captions stop.</source>
            <translation>Se crean junto a la transcripción al terminar.</translation>
        </message>
        <message>
            <source>Language of the window</source>
            <translation>Idioma de la interfaz</translation>
        </message>
        <message>
            <source>Empty for the system's.</source>
            <translation>Vacío: el del sistema.</translation>
        </message>
        <message>
            <source>Colours</source>
            <translation>Colores</translation>
        </message>
        <message>
            <source>Follow the system, or always light or dark.</source>
            <translation>Como el sistema, o siempre claro u oscuro.</translation>
        </message>
        <message>
            <source>Reduce motion</source>
            <translation>Reducir el movimiento</translation>
        </message>
        <message>
            <source>Lines jump instead of sliding.</source>
            <translation>Las líneas saltan en lugar de deslizarse.</translation>
        </message>
    </context>
    <context>
        <name>SettingsDialog</name>
        <message>
            <source>Settings</source>
            <translation>Ajustes</translation>
        </message>
        <message>
            <source>Groups of settings</source>
            <translation>Grupos de ajustes</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>Cerrar</translation>
        </message>
        <message>
            <source>Sound</source>
            <translation>Sonido</translation>
        </message>
        <message>
            <source>Captions</source>
            <translation>Subtítulos</translation>
        </message>
        <message>
            <source>Caption bar</source>
            <translation>Barra de subtítulos</translation>
        </message>
        <message>
            <source>Transcripts</source>
            <translation>Transcripciones</translation>
        </message>
        <message>
            <source>Appearance</source>
            <translation>Apariencia</translation>
        </message>
        <message>
            <source>Choose…</source>
            <translation>Elegir…</translation>
        </message>
        <message>
            <source>Reset: {setting}</source>
            <translation>Restablecer: {setting}</translation>
        </message>
        <message>
            <source>Back to the default</source>
            <translation>Volver al valor inicial</translation>
        </message>
        <message>
            <source>Counts from the next start on.</source>
            <translation>Se aplica la próxima vez que se inicie.</translation>
        </message>
        <message>
            <source>The one that comes with Overtitle</source>
            <translation>El que viene con Overtitle</translation>
        </message>
        <message>
            <source>The system's</source>
            <translation>El del sistema</translation>
        </message>
        <message>
            <source>As the system</source>
            <translation>Como el sistema</translation>
        </message>
        <message>
            <source>Light</source>
            <translation>Claro</translation>
        </message>
        <message>
            <source>Dark</source>
            <translation>Oscuro</translation>
        </message>
    </context>
    <context>
        <name>SidePanel</name>
        <message>
            <source>Mark this moment</source>
            <translation>Marcar este momento</translation>
        </message>
        <message>
            <source>Last two minutes, large print</source>
            <translation>Dos últimos minutos en letra grande</translation>
        </message>
        <message>
            <source>Nothing marked yet.</source>
            <translation>Todavía no hay nada marcado.</translation>
        </message>
        <message>
            <source>What did I miss</source>
            <translation>¿Qué me he perdido?</translation>
        </message>
        <message>
            <source>Marked moments</source>
            <translation>Momentos marcados</translation>
        </message>
        <message>
            <source>marked</source>
            <translation>marcado</translation>
        </message>
    </context>
    <context>
        <name>StateLine</name>
        <message>
            <source>No sound from your microphone for {seconds} s. Is it muted?</source>
            <translation>El micrófono lleva {seconds} s sin sonido. ¿Está silenciado?</translation>
        </message>
        <message>
            <source>No sound from {lane} for {seconds} s. Is the call muted?</source>
            <translation>{seconds} s sin sonido ({lane}). ¿Está silenciada la llamada?</translation>
        </message>
        <message>
            <source>Ready</source>
            <translation>Todo listo</translation>
        </message>
        <message>
            <source>Getting ready</source>
            <translation>Preparando</translation>
        </message>
        <message>
            <source>Listening</source>
            <translation>Escuchando</translation>
        </message>
        <message>
            <source>Reconnecting, keeping your words: {seconds} s</source>
            <translation>Reconectando, sin perder sus palabras: {seconds} s</translation>
        </message>
        <message>
            <source>The service is away; captioning on this computer meanwhile</source>
            <translation>Servicio no disponible; mientras tanto se subtitula en este equipo</translation>
        </message>
        <message>
            <source>Finishing the last words</source>
            <translation>Terminando las últimas palabras</translation>
        </message>
        <message>
            <source>Saved</source>
            <translation>Guardado</translation>
        </message>
        <message>
            <source>Captions have stopped; what was said so far is saved</source>
            <translation>Los subtítulos se han detenido; lo dicho hasta ahora está guardado</translation>
        </message>
    </context>
    <context>
        <name>StatusBar</name>
        <message>
            <source>Open the folder</source>
            <translation>Abrir la carpeta</translation>
        </message>
        <message>
            <source>Saved: {path}</source>
            <translation>Guardado: {path}</translation>
        </message>
        <message>
            <source>Saved as you speak: {path}</source>
            <translation>Se guarda mientras habla: {path}</translation>
        </message>
        <message>
            <source>Opens the folder.</source>
            <translation>Abre la carpeta.</translation>
        </message>
        <message>
            <source>{seconds} s behind</source>
            <translation>{seconds} s de retraso</translation>
        </message>
    </context>
    <context>
        <name>TopBar</name>
        <message>
            <source>You</source>
            <translation>Yo</translation>
        </message>
        <message>
            <source>microphone</source>
            <translation>micrófono</translation>
        </message>
        <message>
            <source>Don't caption me</source>
            <translation>No subtitular mi voz</translation>
        </message>
        <message>
            <source>Them</source>
            <translation>Otros</translation>
        </message>
        <message>
            <source>system sound</source>
            <translation>sonido del sistema</translation>
        </message>
        <message>
            <source>Don't caption what I hear</source>
            <translation>No subtitular lo que oigo</translation>
        </message>
        <message>
            <source>Stopping</source>
            <translation>Deteniendo</translation>
        </message>
        <message>
            <source>Stop</source>
            <translation>Detener</translation>
        </message>
        <message>
            <source>Start</source>
            <translation>Iniciar</translation>
        </message>
        <message>
            <source>Elapsed: {time}</source>
            <translation>Duración: {time}</translation>
        </message>
    </context>
    <context>
        <name>TranscriptView</name>
        <message>
            <source>Transcript</source>
            <translation>Transcripción</translation>
        </message>
        <message>
            <source>Jump to live</source>
            <translation>Volver al directo</translation>
        </message>
    </context>
    <context>
        <name>Tray</name>
        <message>
            <source>Show or hide the window</source>
            <translation>Mostrar u ocultar la ventana</translation>
        </message>
        <message>
            <source>Start</source>
            <translation>Iniciar</translation>
        </message>
        <message>
            <source>Lock the caption bar</source>
            <translation>Bloquear la barra de subtítulos</translation>
        </message>
        <message>
            <source>Quit Overtitle</source>
            <translation>Salir de Overtitle</translation>
        </message>
        <message>
            <source>Stop</source>
            <translation>Detener</translation>
        </message>
    </context>
</TS>
