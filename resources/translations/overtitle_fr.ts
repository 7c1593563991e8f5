<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="fr" sourcelanguage="en">
    <context>
        <name>Choices</name>
        <message>
            <source>System default</source>
            <translation>Choix du système</translation>
        </message>
        <message>
            <source>You</source>
            <translation>Vous</translation>
        </message>
        <message>
            <source>Them</source>
            <translation>Autres</translation>
        </message>
    </context>
    <context>
        <name>EmptyView</name>
        <message>
            <source>Press Start to caption both sides of the conversation</source>
            <translation>Cliquez sur Démarrer pour sous-titrer les deux côtés de la conversation</translation>
        </message>
        <message>
            <source>Your microphone and what this computer plays are heard. The microphone opens only then.</source>
            <translation>Overtitle écoute votre micro et le son de cet ordinateur. Le micro ne s’ouvre qu’à ce moment-là.</translation>
        </message>
        <message>
            <source>The caption bar floats above every other window. Ctrl+L lets clicks through it.</source>
            <translation>La barre de sous-titres reste au-dessus des autres fenêtres. Ctrl+L laisse passer les clics.</translation>
        </message>
        <message>
            <source>Nothing that is said leaves this computer.</source>
            <translation>Rien de ce qui est dit ne quitte cet ordinateur.</translation>
        </message>
        <message>
            <source>Every sentence is saved as it is spoken, in {folder}.</source>
            <translation>Chaque phrase est enregistrée au fur et à mesure dans {folder}.</translation>
        </message>
    </context>
    <context>
        <name>FindBar</name>
        <message>
            <source>Find in this transcript</source>
            <translation>Rechercher dans cette transcription</translation>
        </message>
        <message>
            <source>Previous match</source>
            <translation>Résultat précédent</translation>
        </message>
        <message>
            <source>Next match</source>
            <translation>Résultat suivant</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>Fermer</translation>
        </message>
        <message>
            <source>Not found</source>
            <translation>Introuvable</translation>
        </message>
    </context>
    <context>
        <name>Gap</name>
        <message>
            <source>no sound from the device</source>
            <translation>l’appareil ne transmettait pas de son</translation>
        </message>
        <message>
            <source>captions too far behind</source>
            <translation>sous-titrage trop en retard</translation>
        </message>
        <message>
            <source>not captioned</source>
            <translation>non sous-titré</translation>
        </message>
        <message>
            <source>connection lost</source>
            <translation>connexion perdue</translation>
        </message>
    </context>
    <context>
        <name>KeysDialog</name>
        <message>
            <source>All keys</source>
            <translation>Tous les raccourcis</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>Fermer</translation>
        </message>
        <message>
            <source>Space or Enter</source>
            <translation>Espace ou Entrée</translation>
        </message>
        <message>
            <source>Press the focused button: Start, Stop</source>
            <translation>Activer le bouton choisi : Démarrer, Arrêter</translation>
        </message>
        <message>
            <source>Ctrl+1 to Ctrl+9</source>
            <translation>Ctrl+1 à Ctrl+9</translation>
        </message>
        <message>
            <source>Mute a side, or hear it again</source>
            <translation>Couper un côté, ou l’écouter à nouveau</translation>
        </message>
        <message>
            <source>What did I miss: the last two minutes in large print</source>
            <translation>Qu’ai-je manqué : les deux dernières minutes en gros caractères</translation>
        </message>
        <message>
            <source>Mark this moment</source>
            <translation>Marquer ce moment</translation>
        </message>
        <message>
            <source>Lock or unlock the caption bar</source>
            <translation>Verrouiller ou déverrouiller la barre de sous-titres</translation>
        </message>
        <message>
            <source>Find in the transcript, or search the library</source>
            <translation>Rechercher dans la transcription ou dans la bibliothèque</translation>
        </message>
        <message>
            <source>Copy what is selected</source>
            <translation>Copier la sélection</translation>
        </message>
        <message>
            <source>Ctrl+Shift+C</source>
            <translation>Ctrl+Maj+C</translation>
        </message>
        <message>
            <source>Copy the whole transcript</source>
            <translation>Copier toute la transcription</translation>
        </message>
        <message>
            <source>End</source>
            <translation>Fin</translation>
        </message>
        <message>
            <source>Back to the newest words</source>
            <translation>Revenir aux derniers mots</translation>
        </message>
        <message>
            <source>Settings</source>
            <translation>Réglages</translation>
        </message>
        <message>
            <source>This list</source>
            <translation>Cette liste</translation>
        </message>
        <message>
            <source>Quit</source>
            <translation>Quitter</translation>
        </message>
    </context>
    <context>
        <name>LaneCard</name>
        <message>
            <source>Device for {label}</source>
            <translation>Appareil pour {label}</translation>
        </message>
        <message>
            <source>Loudness of {label}</source>
            <translation>Niveau sonore de {label}</translation>
        </message>
        <message>
            <source>System default</source>
            <translation>Choix du système</translation>
        </message>
        <message>
            <source>default</source>
            <translation>par défaut</translation>
        </message>
        <message>
            <source>off</source>
            <translation>désactivé</translation>
        </message>
        <message>
            <source>none connected</source>
            <translation>aucun branché</translation>
        </message>
        <message>
            <source>not connected</source>
            <translation>non branché</translation>
        </message>
        <message>
            <source>Hear {label} again</source>
            <translation>Écouter à nouveau {label}</translation>
        </message>
        <message>
            <source>Mute {label}</source>
            <translation>Couper {label}</translation>
        </message>
    </context>
    <context>
        <name>Language</name>
        <message>
            <source>English (US)</source>
            <translation>Anglais (États-Unis)</translation>
        </message>
        <message>
            <source>English (UK)</source>
            <translation>Anglais (Royaume-Uni)</translation>
        </message>
        <message>
            <source>French (France)</source>
            <translation>Français (France)</translation>
        </message>
        <message>
            <source>French (Canada)</source>
            <translation>Français (Canada)</translation>
        </message>
        <message>
            <source>Spanish (US)</source>
            <translation>Espagnol (États-Unis)</translation>
        </message>
    </context>
    <context>
        <name>LanguagePicker</name>
        <message>
            <source>Spoken language</source>
            <translation>Langue parlée</translation>
        </message>
        <message>
            <source>not with this way of captioning</source>
            <translation>pas avec ce mode de sous-titrage</translation>
        </message>
    </context>
    <context>
        <name>LibraryView</name>
        <message>
            <source>Search everything that was said</source>
            <translation>Rechercher dans tout ce qui a été dit</translation>
        </message>
        <message>
            <source>Saved sessions</source>
            <translation>Séances enregistrées</translation>
        </message>
        <message>
            <source>Open</source>
            <translation>Ouvrir</translation>
        </message>
        <message>
            <source>Export</source>
            <translation>Exporter</translation>
        </message>
        <message>
            <source>Delete</source>
            <translation>Supprimer</translation>
        </message>
        <message>
            <source>Delete for good</source>
            <translation>Supprimer définitivement</translation>
        </message>
        <message>
            <source>Keep it</source>
            <translation>Conserver</translation>
        </message>
        <message>
            <source>Transcripts</source>
            <translation>Transcriptions</translation>
        </message>
        <message>
            <source>Nothing is saved yet. Every session appears here as soon as it has begun.</source>
            <translation>Rien n’est encore enregistré. Chaque séance apparaît ici dès qu’elle commence.</translation>
        </message>
        <message>
            <source>These words are in no transcript.</source>
            <translation>Ces mots ne figurent dans aucune transcription.</translation>
        </message>
        <message>
            <source>Delete “{title}”? It can't be brought back.</source>
            <translation>Supprimer « {title} » ? Il sera impossible de revenir en arrière.</translation>
        </message>
    </context>
    <context>
        <name>MainWindow</name>
        <message>
            <source>Nothing to caption: choose a microphone or the system sound.</source>
            <translation>Rien à sous-titrer : choisissez un micro ou le son du système.</translation>
        </message>
    </context>
    <context>
        <name>MissDialog</name>
        <message>
            <source>What did I miss</source>
            <translation>Qu’ai-je manqué ?</translation>
        </message>
        <message>
            <source>The last two minutes</source>
            <translation>Les deux dernières minutes</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>Fermer</translation>
        </message>
        <message>
            <source>Nothing was said in the last two minutes.</source>
            <translation>Rien n’a été dit ces deux dernières minutes.</translation>
        </message>
    </context>
    <context>
        <name>Notes</name>
        <message>
            <source>Question</source>
            <translation>Question</translation>
        </message>
        <message>
            <source>To do</source>
            <translation>À faire</translation>
        </message>
        <message>
            <source>Follow-up</source>
            <translation>À suivre</translation>
        </message>
        <message>
            <source>Topic</source>
            <translation>Sujet</translation>
        </message>
        <message>
            <source>Mentioned</source>
            <translation>Mentionné</translation>
        </message>
        <message>
            <source>Marked</source>
            <translation>Marqué</translation>
        </message>
        <message>
            <source>{seconds} s of {lane} may be missing here</source>
            <translation>Il manque peut-être {seconds} s ici ({lane})</translation>
        </message>
        <message>
            <source>From here on: {provider}, {language}</source>
            <translation>À partir d’ici : {provider}, {language}</translation>
        </message>
    </context>
    <context>
        <name>ProblemBar</name>
        <message>
            <source>Hide this message</source>
            <translation>Masquer ce message</translation>
        </message>
    </context>
    <context>
        <name>Problems</name>
        <message>
            <source>Try again</source>
            <translation>Réessayer</translation>
        </message>
        <message>
            <source>Open sound settings</source>
            <translation>Ouvrir les réglages du son</translation>
        </message>
        <message>
            <source>Choose another device</source>
            <translation>Choisir un autre appareil</translation>
        </message>
        <message>
            <source>Choose another way</source>
            <translation>Choisir un autre mode</translation>
        </message>
        <message>
            <source>Choose the language</source>
            <translation>Choisir la langue</translation>
        </message>
        <message>
            <source>Enter account details</source>
            <translation>Saisir les identifiants</translation>
        </message>
        <message>
            <source>Choose another folder</source>
            <translation>Choisir un autre dossier</translation>
        </message>
        <message>
            <source>Open settings</source>
            <translation>Ouvrir les réglages</translation>
        </message>
        <message>
            <source>Show transcripts</source>
            <translation>Voir les transcriptions</translation>
        </message>
        <message>
            <source>Something unexpected happened; the transcript so far is saved.</source>
            <translation>Un imprévu s’est produit ; la transcription est enregistrée jusqu’ici.</translation>
        </message>
        <message>
            <source>Try again; the log file says more.</source>
            <translation>Réessayez ; le journal du programme en dit plus.</translation>
        </message>
    </context>
    <context>
        <name>ProviderPicker</name>
        <message>
            <source>Captions by</source>
            <translation>Sous-titrage par</translation>
        </message>
        <message>
            <source>sends sound to {provider}</source>
            <translation>envoie le son à {provider}</translation>
        </message>
        <message>
            <source>private</source>
            <translation>privé</translation>
        </message>
    </context>
    <context>
        <name>Rail</name>
        <message>
            <source>Captions</source>
            <translation>Sous-titres</translation>
        </message>
        <message>
            <source>Transcripts</source>
            <translation>Transcriptions</translation>
        </message>
        <message>
            <source>Show the caption bar</source>
            <translation>Afficher la barre de sous-titres</translation>
        </message>
        <message>
            <source>Lock the caption bar (Ctrl+L)</source>
            <translation>Verrouiller la barre de sous-titres (Ctrl+L)</translation>
        </message>
        <message>
            <source>All keys (F1)</source>
            <translation>Tous les raccourcis (F1)</translation>
        </message>
        <message>
            <source>Settings (Ctrl+,)</source>
            <translation>Réglages (Ctrl+,)</translation>
        </message>
    </context>
    <context>
        <name>Settings</name>
        <message>
            <source>Microphone</source>
            <translation>Micro</translation>
        </message>
        <message>
            <source>Captioned as “You”. Empty for the system's default.</source>
            <translation>Sous-titré « Vous ». Vide : le choix du système.</translation>
        </message>
        <message>
            <source>System sound</source>
            <translation>Son du système</translation>
        </message>
        <message>
            <source>Captioned as “Them”. Empty for the system's default.</source>
            <translation>Sous-titré « Autres ». Vide : le choix du système.</translation>
        </message>
        <message>
            <source>Caption my voice</source>
            <translation>Sous-titrer ma voix</translation>
        </message>
        <message>
            <source>The microphone opens only while captions run.</source>
            <translation>Le micro n’est ouvert que pendant le sous-titrage.</translation>
        </message>
        <message>
            <source>Caption what I hear</source>
            <translation>Sous-titrer ce que j’entends</translation>
        </message>
        <message>
            <source>Calls, videos and everything else this computer plays.</source>
            <translation>Appels, vidéos et tout ce que joue cet ordinateur.</translation>
        </message>
        <message>
            <source>Spoken language</source>
            <translation>Langue parlée</translation>
        </message>
        <message>
            <source>The language that is spoken.</source>
            <translation>La langue dans laquelle on parle.</translation>
        </message>
        <message>
            <source>Captions by</source>
            <translation>Sous-titrage par</translation>
        </message>
        <message>
            <source>On this computer, or by a service that you have an account with.</source>
            <translation>Sur cet ordinateur, ou par un service où vous avez un compte.</translation>
        </message>
        <message>
            <source>Provider options</source>
            <translation>Options du service</translation>
        </message>
        <message>
            <source>For each provider its own options, as text.</source>
            <translation>Pour chaque service ses propres options, sous forme de texte.</translation>
        </message>
        <message>
            <source>Show the caption bar</source>
            <translation>Afficher la barre de sous-titres</translation>
        </message>
        <message>
            <source>While captions run.</source>
            <translation>Pendant le sous-titrage.</translation>
        </message>
        <message>
            <source>Lines</source>
            <translation>Lignes</translation>
        </message>
        <message>
            <source>How many lines of text it holds.</source>
            <translation>Nombre de lignes de texte affichées.</translation>
        </message>
        <message>
            <source>Typeface</source>
            <translation>Police</translation>
        </message>
        <message>
            <source>Empty for the one that comes with Overtitle.</source>
            <translation>Vide : celle fournie avec Overtitle.</translation>
        </message>
        <message>
            <source>Text size</source>
            <translation>Taille du texte</translation>
        </message>
        <message>
            <source>In points.</source>
            <translation>En points.</translation>
        </message>
        <message>
            <source>Text colour</source>
            <translation>Couleur du texte</translation>
        </message>
        <message>
            <source>Of words that will not change.</source>
            <translation>Celle des mots qui ne changeront plus.</translation>
        </message>
        <message>
            <source>Panel colour</source>
            <translation>Couleur du fond</translation>
        </message>
        <message>
            <source>Behind the text.</source>
            <translation>Derrière le texte.</translation>
        </message>
        <message>
            <source>Panel opacity</source>
            <translation>Opacité du fond</translation>
        </message>
        <message>
            <source>In percent.</source>
            <translation>En pourcentage.</translation>
        </message>
        <message>
            <source>Locked</source>
            <translation>Verrouillée</translation>
        </message>
        <message>
            <source>Clicks go through the caption bar to what lies below.</source>
            <translation>Les clics traversent la barre de sous-titres.</translation>
        </message>
        <message>
            <source>Folder</source>
            <translation>Dossier</translation>
        </message>
        <message>
            <source>Where transcripts are saved. Empty for Documents/Overtitle.</source>
            <translation>Où sont enregistrées les transcriptions. Vide : Documents/Overtitle.</translation>
        </message>
        <message>
            <source>Also save as</source>
            <translation>Enregistrer aussi en</translation>
        </message>
        <message>
            <source>Written beside the transcript when captions stop.</source>
            <translation>Fichiers créés à côté de la transcription à la fin du sous-titrage.</translation>
        </message>
        <message>
            <source>Language of the window</source>
            <translation>Langue de l’interface</translation>
        </message>
        <message>
            <source>Empty for the system's.</source>
            <translation>Vide : celle du système.</translation>
        </message>
        <message>
            <source>Colours</source>
            <translation>Couleurs</translation>
        </message>
        <message>
            <source>Follow the system, or always light or dark.</source>
            <translation>Comme le système, ou toujours clair ou sombre.</translation>
        </message>
        <message>
            <source>Reduce motion</source>
            <translation>Réduire les animations</translation>
        </message>
        <message>
            <source>Lines jump instead of sliding.</source>
            <translation>Les lignes sautent au lieu de glisser.</translation>
        </message>
    </context>
    <context>
        <name>SettingsDialog</name>
        <message>
            <source>Settings</source>
            <translation>Réglages</translation>
        </message>
        <message>
            <source>Groups of settings</source>
            <translation>Groupes de réglages</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>Fermer</translation>
        </message>
        <message>
            <source>Sound</source>
            <translation>Son</translation>
        </message>
        <message>
            <source>Captions</source>
            <translation>Sous-titres</translation>
        </message>
        <message>
            <source>Caption bar</source>
            <translation>Barre de sous-titres</translation>
        </message>
        <message>
            <source>Transcripts</source>
            <translation>Transcriptions</translation>
        </message>
        <message>
            <source>Appearance</source>
            <translation>Apparence</translation>
        </message>
        <message>
            <source>Choose…</source>
            <translation>Choisir…</translation>
        </message>
        <message>
            <source>Reset: {setting}</source>
            <translation>Réinitialiser : {setting}</translation>
        </message>
        <message>
            <source>Back to the default</source>
            <translation>Revenir à la valeur d’origine</translation>
        </message>
        <message>
            <source>Counts from the next start on.</source>
            <translation>Prend effet au prochain démarrage.</translation>
        </message>
        <message>
            <source>The one that comes with Overtitle</source>
            <translation>Celle fournie avec Overtitle</translation>
        </message>
        <message>
            <source>The system's</source>
            <translation>Celle du système</translation>
        </message>
        <message>
            <source>As the system</source>
            <translation>Comme le système</translation>
        </message>
        <message>
            <source>Light</source>
            <translation>Clair</translation>
        </message>
        <message>
            <source>Dark</source>
            <translation>Sombre</translation>
        </message>
    </context>
    <context>
        <name>SidePanel</name>
        <message>
            <source>Mark this moment</source>
            <translation>Marquer ce moment</translation>
        </message>
        <message>
            <source>Last two minutes, large print</source>
            <translation>Deux dernières minutes en gros</translation>
        </message>
        <message>
            <source>Nothing marked yet.</source>
            <translation>Rien de marqué pour l’instant.</translation>
        </message>
        <message>
            <source>What did I miss</source>
            <translation>Qu’ai-je manqué ?</translation>
        </message>
        <message>
            <source>Marked moments</source>
            <translation>Moments marqués</translation>
        </message>
        <message>
            <source>marked</source>
            <translation>marqué</translation>
        </message>
    </context>
    <context>
        <name>StateLine</name>
        <message>
            <source>No sound from your microphone for {seconds} s. Is it muted?</source>
            <translation>Aucun son de votre micro depuis {seconds} s. Est-il coupé ?</translation>
        </message>
        <message>
            <source>No sound from {lane} for {seconds} s. Is the call muted?</source>
            <translation>Aucun son depuis {seconds} s ({lane}). L’appel est-il en sourdine ?</translation>
        </message>
        <message>
            <source>Ready</source>
            <translation>Prêt</translation>
        </message>
        <message>
            <source>Getting ready</source>
            <translation>Préparation</translation>
        </message>
        <message>
            <source>Listening</source>
            <translation>À l’écoute</translation>
        </message>
        <message>
            <source>Reconnecting, keeping your words: {seconds} s</source>
            <translation>Reconnexion, vos paroles sont gardées : {seconds} s</translation>
        </message>
        <message>
            <source>The service is away; captioning on this computer meanwhile</source>
            <translation>Service indisponible ; sous-titrage sur cet ordinateur en attendant</translation>
        </message>
        <message>
            <source>Finishing the last words</source>
            <translation>Derniers mots en cours</translation>
        </message>
        <message>
            <source>Saved</source>
            <translation>Enregistré</translation>
        </message>
        <message>
            <source>Captions have stopped; what was said so far is saved</source>
            <translation>Le sous-titrage s’est arrêté ; tout ce qui a été dit est enregistré</translation>
        </message>
    </context>
    <context>
        <name>StatusBar</name>
        <message>
            <source>Open the folder</source>
            <translation>Ouvrir le dossier</translation>
        </message>
        <message>
            <source>Saved: {path}</source>
            <translation>Enregistré : {path}</translation>
        </message>
        <message>
            <source>Saved as you speak: {path}</source>
            <translation>Enregistré au fil des mots : {path}</translation>
        </message>
        <message>
            <source>Opens the folder.</source>
            <translation>Ouvre le dossier.</translation>
        </message>
        <message>
            <source>{seconds} s behind</source>
            <translation>{seconds} s de retard</translation>
        </message>
    </context>
    <context>
        <name>TopBar</name>
        <message>
            <source>You</source>
            <translation>Vous</translation>
        </message>
        <message>
            <source>microphone</source>
            <translation>micro</translation>
        </message>
        <message>
            <source>Don't caption me</source>
            <translation>Ne pas me sous-titrer</translation>
        </message>
        <message>
            <source>Them</source>
            <translation>Autres</translation>
        </message>
        <message>
            <source>system sound</source>
            <translation>son du système</translation>
        </message>
        <message>
            <source>Don't caption what I hear</source>
            <translation>Ne pas sous-titrer ce que j’entends</translation>
        </message>
        <message>
            <source>Stopping</source>
            <translation>Arrêt</translation>
        </message>
        <message>
            <source>Stop</source>
            <translation>Arrêter</translation>
        </message>
        <message>
            <source>Start</source>
            <translation>Démarrer</translation>
        </message>
        <message>
            <source>Elapsed: {time}</source>
            <translation>Durée : {time}</translation>
        </message>
    </context>
    <context>
        <name>TranscriptView</name>
        <message>
            <source>Transcript</source>
            <translation>Transcription</translation>
        </message>
        <message>
            <source>Jump to live</source>
            <translation>Revenir au direct</translation>
        </message>
    </context>
    <context>
        <name>Tray</name>
        <message>
            <source>Show or hide the window</source>
            <translation>Afficher ou masquer la fenêtre</translation>
        </message>
        <message>
            <source>Start</source>
            <translation>Démarrer</translation>
        </message>
        <message>
            <source>Lock the caption bar</source>
            <translation>Verrouiller la barre de sous-titres</translation>
        </message>
        <message>
            <source>Quit Overtitle</source>
            <translation>Quitter Overtitle</translation>
        </message>
        <message>
            <source>Stop</source>
            <translation>Arrêter</translation>
        </message>
    </context>
</TS>
