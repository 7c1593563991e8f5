<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="fr" sourcelanguage="en">
    <context>
        <name>Accounts</name>
        <message>
            <source>Trying it out…</source>
            <translation>Essai en cours…</translation>
        </message>
        <message>
            <source>Everything works.</source>
            <translation>Tout fonctionne.</translation>
        </message>
        <message>
            <source>Waiting for the keyring; it may ask for its password…</source>
            <translation>En attente du trousseau ; il peut demander son mot de passe…</translation>
        </message>
        <message>
            <source>The saved account details are deleted.</source>
            <translation>Les identifiants enregistrés sont supprimés.</translation>
        </message>
    </context>
    <context>
        <name>Address</name>
        <message>
            <source>An address has no spaces.</source>
            <translation>Une adresse ne contient pas d’espaces.</translation>
        </message>
        <message>
            <source>An address begins with wss:// or https://.</source>
            <translation>Une adresse commence par wss:// ou https://.</translation>
        </message>
        <message>
            <source>The port has to be a number from 1 to 65535.</source>
            <translation>Le port doit être un nombre de 1 à 65535.</translation>
        </message>
        <message>
            <source>Leave name and password out of the address.</source>
            <translation>Retirez le nom et le mot de passe de l’adresse.</translation>
        </message>
        <message>
            <source>The name of the server is missing.</source>
            <translation>Il manque le nom du serveur.</translation>
        </message>
        <message>
            <source>Not encrypted: anyone on the way could listen. It is refused unless you allow it below.</source>
            <translation>Non chiffré : n’importe qui sur le trajet pourrait écouter. C’est refusé, sauf si vous l’autorisez plus bas.</translation>
        </message>
    </context>
    <context>
        <name>Amazon</name>
        <message>
            <source>Access key id</source>
            <translation>Identifiant de clé d’accès</translation>
        </message>
        <message>
            <source>Leave all fields empty to use the AWS settings of this computer.</source>
            <translation>Laissez tous les champs vides pour utiliser les réglages AWS de cet ordinateur.</translation>
        </message>
        <message>
            <source>Secret access key</source>
            <translation>Clé d’accès secrète</translation>
        </message>
        <message>
            <source>Shown by AWS once, when the access key is made.</source>
            <translation>AWS ne la montre qu’une fois, à la création de la clé d’accès.</translation>
        </message>
        <message>
            <source>Session token</source>
            <translation>Jeton de session</translation>
        </message>
        <message>
            <source>For temporary keys only.</source>
            <translation>Pour les clés temporaires seulement.</translation>
        </message>
        <message>
            <source>environment variables</source>
            <translation>variables d’environnement</translation>
        </message>
        <message>
            <source>AWS credentials file</source>
            <translation>fichier d’identifiants AWS</translation>
        </message>
        <message>
            <source>AWS configuration file</source>
            <translation>fichier de configuration AWS</translation>
        </message>
        <message>
            <source>AWS single sign-on</source>
            <translation>authentification unique AWS</translation>
        </message>
        <message>
            <source>assumed role</source>
            <translation>rôle endossé</translation>
        </message>
        <message>
            <source>credential process</source>
            <translation>programme fournissant les identifiants</translation>
        </message>
        <message>
            <source>Access key id and secret access key are needed both.</source>
            <translation>L’identifiant de clé d’accès et la clé secrète sont tous deux nécessaires.</translation>
        </message>
        <message>
            <source>Enter the missing one, or leave both empty to use the AWS settings of this computer.</source>
            <translation>Saisissez ce qui manque, ou laissez les deux vides pour utiliser les réglages AWS de cet ordinateur.</translation>
        </message>
        <message>
            <source>keys given to Overtitle</source>
            <translation>clés confiées à Overtitle</translation>
        </message>
        <message>
            <source>There are no AWS credentials on this computer.</source>
            <translation>Il n’y a pas d’identifiants AWS sur cet ordinateur.</translation>
        </message>
        <message>
            <source>Enter an access key, or set up the AWS command line with `aws configure`.</source>
            <translation>Saisissez une clé d’accès, ou configurez la ligne de commande AWS avec `aws configure`.</translation>
        </message>
        <message>
            <source>Code of the MFA device {device}</source>
            <translation>Code de l’appareil MFA {device}</translation>
        </message>
        <message>
            <source>Code of your MFA device</source>
            <translation>Code de votre appareil MFA</translation>
        </message>
        <message>
            <source>This AWS profile needs the code of an MFA device.</source>
            <translation>Ce profil AWS demande le code d’un appareil MFA.</translation>
        </message>
        <message>
            <source>Enter the code when asked, or use a profile without MFA.</source>
            <translation>Saisissez le code quand il est demandé, ou utilisez un profil sans MFA.</translation>
        </message>
        <message>
            <source>AWS profile {profile} ({method})</source>
            <translation>profil AWS {profile} ({method})</translation>
        </message>
        <message>
            <source>AWS settings of this computer ({method})</source>
            <translation>réglages AWS de cet ordinateur ({method})</translation>
        </message>
        <message>
            <source>AWS could not be reached to get credentials.</source>
            <translation>AWS n’a pas pu être joint pour obtenir des identifiants.</translation>
        </message>
        <message>
            <source>Check this computer's network.</source>
            <translation>Vérifiez le réseau de cet ordinateur.</translation>
        </message>
        <message>
            <source>The AWS single sign-on of profile {profile} has run out.</source>
            <translation>L’authentification unique AWS du profil {profile} a expiré.</translation>
        </message>
        <message>
            <source>Run `aws sso login --profile {profile}`.</source>
            <translation>Exécutez `aws sso login --profile {profile}`.</translation>
        </message>
        <message>
            <source>AWS does not accept this code of the MFA device.</source>
            <translation>AWS n’accepte pas ce code de l’appareil MFA.</translation>
        </message>
        <message>
            <source>Wait for its next code and try again; each works once.</source>
            <translation>Attendez son prochain code et réessayez ; chacun ne sert qu’une fois.</translation>
        </message>
        <message>
            <source>AWS refuses to give credentials for profile {profile}.</source>
            <translation>AWS refuse de donner des identifiants pour le profil {profile}.</translation>
        </message>
        <message>
            <source>Check the profile's role, and whether its keys may assume it.</source>
            <translation>Vérifiez le rôle du profil, et que ses clés ont le droit de l’endosser.</translation>
        </message>
        <message>
            <source>There is no AWS profile called {profile}.</source>
            <translation>Il n’y a pas de profil AWS nommé {profile}.</translation>
        </message>
        <message>
            <source>Check its name with `aws configure list-profiles`.</source>
            <translation>Vérifiez son nom avec `aws configure list-profiles`.</translation>
        </message>
        <message>
            <source>The AWS settings of this computer hold half of a key only.</source>
            <translation>Les réglages AWS de cet ordinateur ne contiennent que la moitié d’une clé.</translation>
        </message>
        <message>
            <source>Complete them with `aws configure`.</source>
            <translation>Complétez-les avec `aws configure`.</translation>
        </message>
        <message>
            <source>Overtitle can't use credentials of `aws login`.</source>
            <translation>Overtitle ne peut pas utiliser les identifiants de `aws login`.</translation>
        </message>
        <message>
            <source>Use `aws sso login`, or enter an access key.</source>
            <translation>Utilisez `aws sso login`, ou saisissez une clé d’accès.</translation>
        </message>
        <message>
            <source>The AWS settings of this computer can't be used ({kind}).</source>
            <translation>Les réglages AWS de cet ordinateur sont inutilisables ({kind}).</translation>
        </message>
        <message>
            <source>Check them with `aws sts get-caller-identity`.</source>
            <translation>Vérifiez-les avec `aws sts get-caller-identity`.</translation>
        </message>
        <message>
            <source>{region} is no name of an AWS region.</source>
            <translation>{region} n’est pas le nom d’une région AWS.</translation>
        </message>
        <message>
            <source>Choose a region such as us-east-1 or eu-west-1.</source>
            <translation>Choisissez une région comme us-east-1 ou eu-west-1.</translation>
        </message>
        <message>
            <source>Amazon Transcribe has no FIPS endpoint in {region}.</source>
            <translation>Amazon Transcribe n’a pas de point d’accès FIPS dans {region}.</translation>
        </message>
        <message>
            <source>Choose one of {regions}, or set fips=no.</source>
            <translation>Choisissez parmi {regions}, ou mettez fips=no.</translation>
        </message>
        <message>
            <source>An endpoint of your own can't be combined with fips or dual-stack.</source>
            <translation>Un point d’accès à vous ne peut pas se combiner avec fips ou dual-stack.</translation>
        </message>
        <message>
            <source>Give the address that you want, and set fips=no and dual-stack=no.</source>
            <translation>Donnez l’adresse voulue, et mettez fips=no et dual-stack=no.</translation>
        </message>
        <message>
            <source>The endpoint is no address.</source>
            <translation>Le point d’accès n’est pas une adresse.</translation>
        </message>
        <message>
            <source>Give an address such as wss://host:8443.</source>
            <translation>Donnez une adresse comme wss://host:8443.</translation>
        </message>
        <message>
            <source>Check region, options and credentials, or ask AWS support about request {id}.</source>
            <translation>Vérifiez la région, les options et les identifiants, ou demandez à l’assistance AWS au sujet de la requête {id}.</translation>
        </message>
        <message>
            <source>If it stays, look at the AWS Health Dashboard, or ask AWS support about request {id}.</source>
            <translation>Si cela dure, consultez l’AWS Health Dashboard, ou interrogez l’assistance AWS au sujet de la requête {id}.</translation>
        </message>
        <message>
            <source>Amazon Transcribe reports an error ({kind}).</source>
            <translation>Amazon Transcribe signale une erreur ({kind}).</translation>
        </message>
        <message>
            <source>If it stays, look at the AWS Health Dashboard.</source>
            <translation>Si cela dure, consultez l’AWS Health Dashboard.</translation>
        </message>
        <message>
            <source>The session token of these AWS credentials has expired.</source>
            <translation>Le jeton de session de ces identifiants AWS a expiré.</translation>
        </message>
        <message>
            <source>Get new temporary credentials, or run `aws sso login` for an SSO profile.</source>
            <translation>Obtenez de nouveaux identifiants temporaires, ou exécutez `aws sso login` pour un profil SSO.</translation>
        </message>
        <message>
            <source>This endpoint belongs to another AWS region than the one that was signed for.</source>
            <translation>Ce point d’accès appartient à une autre région AWS que celle de la signature.</translation>
        </message>
        <message>
            <source>Set the option region to the endpoint's region.</source>
            <translation>Réglez l’option region sur la région du point d’accès.</translation>
        </message>
        <message>
            <source>AWS does not know this access key, or its session token is missing or another key's.</source>
            <translation>AWS ne connaît pas cette clé d’accès, ou son jeton de session manque ou appartient à une autre clé.</translation>
        </message>
        <message>
            <source>Check the access key id. One that begins with ASIA needs its session token.</source>
            <translation>Vérifiez l’identifiant de clé d’accès. Un identifiant qui commence par ASIA exige son jeton de session.</translation>
        </message>
        <message>
            <source>AWS received another request than the one that was signed; what differs: {parts}.</source>
            <translation>AWS a reçu une autre requête que celle qui a été signée ; ce qui diffère : {parts}.</translation>
        </message>
        <message>
            <source>Check the option endpoint, and the proxy: something on the way changes the request.</source>
            <translation>Vérifiez l’option endpoint et le proxy : quelque chose modifie la requête en chemin.</translation>
        </message>
        <message>
            <source>The secret access key does not belong to the access key id.</source>
            <translation>La clé d’accès secrète ne correspond pas à l’identifiant de clé d’accès.</translation>
        </message>
        <message>
            <source>Enter both once more, without spaces around them.</source>
            <translation>Saisissez les deux à nouveau, sans espaces autour.</translation>
        </message>
        <message>
            <source>AWS takes the signature for too old or too new; this computer's clock is probably wrong.</source>
            <translation>AWS juge la signature trop ancienne ou trop récente ; l’horloge de cet ordinateur est sans doute fausse.</translation>
        </message>
        <message>
            <source>Set the clock to be kept right automatically.</source>
            <translation>Réglez l’horloge sur la mise à l’heure automatique.</translation>
        </message>
        <message>
            <source>This computer's clock is off by {minutes} min.</source>
            <translation>L’horloge de cet ordinateur est décalée de {minutes} min.</translation>
        </message>
        <message>
            <source>These AWS credentials are right, but may not stream to Amazon Transcribe.</source>
            <translation>Ces identifiants AWS sont bons, mais n’ont pas le droit de diffuser vers Amazon Transcribe.</translation>
        </message>
        <message>
            <source>Ask who runs the AWS account for this policy: {policy}</source>
            <translation>Demandez cette stratégie à qui gère le compte AWS : {policy}</translation>
        </message>
        <message>
            <source>This AWS account is not signed up for Amazon Transcribe.</source>
            <translation>Ce compte AWS n’est pas inscrit à Amazon Transcribe.</translation>
        </message>
        <message>
            <source>Open Amazon Transcribe once in the AWS console, in the same region.</source>
            <translation>Ouvrez une fois Amazon Transcribe dans la console AWS, dans la même région.</translation>
        </message>
        <message>
            <source>Amazon Transcribe closed the stream because it received no sound for 15 seconds.</source>
            <translation>Amazon Transcribe a fermé le flux, n’ayant reçu aucun son pendant 15 secondes.</translation>
        </message>
        <message>
            <source>Check the device; captions go on with the next sound.</source>
            <translation>Vérifiez l’appareil ; les sous-titres reprennent avec le prochain son.</translation>
        </message>
        <message>
            <source>Amazon Transcribe received a piece of sound that was too big.</source>
            <translation>Amazon Transcribe a reçu un morceau de son trop grand.</translation>
        </message>
        <message>
            <source>Another stream has taken over this session id.</source>
            <translation>Un autre flux a repris cet identifiant de session.</translation>
        </message>
        <message>
            <source>Leave the option session-id empty.</source>
            <translation>Laissez l’option session-id vide.</translation>
        </message>
        <message>
            <source>This AWS account has reached its number of streams at a time, or starts them too fast.</source>
            <translation>Ce compte AWS a atteint son nombre de flux simultanés, ou les ouvre trop vite.</translation>
        </message>
        <message>
            <source>Close other streams, or raise “Number of concurrent streams” in AWS Service Quotas.</source>
            <translation>Fermez d’autres flux, ou augmentez « Number of concurrent streams » dans AWS Service Quotas.</translation>
        </message>
        <message>
            <source>Amazon Transcribe has a fault of its own at the moment.</source>
            <translation>Amazon Transcribe a lui-même une panne en ce moment.</translation>
        </message>
        <message>
            <source>The stream reached Amazon's limit of four hours; a new one is opened.</source>
            <translation>Le flux a atteint la limite de quatre heures d’Amazon ; un nouveau est ouvert.</translation>
        </message>
        <message>
            <source>Amazon Transcribe does not accept the request.</source>
            <translation>Amazon Transcribe n’accepte pas la demande.</translation>
        </message>
        <message>
            <source>Check the options of this provider, its language and its region.</source>
            <translation>Vérifiez les options de ce service, sa langue et sa région.</translation>
        </message>
        <message>
            <source>Amazon Transcribe does not accept the request: {reason}</source>
            <translation>Amazon Transcribe n’accepte pas la demande : {reason}</translation>
        </message>
        <message>
            <source>Amazon Transcribe ended the stream before the sound was over.</source>
            <translation>Amazon Transcribe a terminé le flux avant la fin du son.</translation>
        </message>
        <message>
            <source>Amazon Transcribe ended the stream before it had understood any sound.</source>
            <translation>Amazon Transcribe a terminé le flux avant d’avoir compris le moindre son.</translation>
        </message>
        <message>
            <source>The language may not be offered in this region; try another region.</source>
            <translation>La langue n’est peut-être pas proposée dans cette région ; essayez-en une autre.</translation>
        </message>
        <message>
            <source>The connection to Amazon Transcribe broke without a reason.</source>
            <translation>La connexion à Amazon Transcribe s’est rompue sans raison donnée.</translation>
        </message>
        <message>
            <source>Amazon Transcribe closed the connection without a reason (code {code}).</source>
            <translation>Amazon Transcribe a fermé la connexion sans donner de raison (code {code}).</translation>
        </message>
        <message>
            <source>What answers at this address does not speak as Amazon Transcribe does.</source>
            <translation>Ce qui répond à cette adresse ne parle pas comme Amazon Transcribe.</translation>
        </message>
        <message>
            <source>Check the option endpoint; a proxy may change what passes through it.</source>
            <translation>Vérifiez l’option endpoint ; un proxy modifie peut-être ce qui le traverse.</translation>
        </message>
        <message>
            <source>A message of Amazon Transcribe arrived damaged.</source>
            <translation>Un message d’Amazon Transcribe est arrivé endommagé.</translation>
        </message>
        <message>
            <source>Amazon Transcribe has no streaming endpoint of this kind in {region}.</source>
            <translation>Amazon Transcribe n’a pas de point d’accès de ce type pour la diffusion dans {region}.</translation>
        </message>
        <message>
            <source>Choose another region, such as us-east-1 or eu-west-1.</source>
            <translation>Choisissez une autre région, comme us-east-1 ou eu-west-1.</translation>
        </message>
        <message>
            <source>Sound can't be sent as {encoding}: this computer has no libsndfile that makes it.</source>
            <translation>Le son ne peut pas être envoyé en {encoding} : cet ordinateur n’a pas de libsndfile qui sache le produire.</translation>
        </message>
        <message>
            <source>Set encoding=pcm, or install the package soundfile.</source>
            <translation>Réglez encoding=pcm, ou installez le paquet soundfile.</translation>
        </message>
        <message>
            <source>Amazon Transcribe does not stream the language {language}.</source>
            <translation>Amazon Transcribe ne transcrit pas la langue {language} en direct.</translation>
        </message>
        <message>
            <source>Choose another language or another provider.</source>
            <translation>Choisissez une autre langue ou un autre service.</translation>
        </message>
        <message>
            <source>Region</source>
            <translation>Région</translation>
        </message>
        <message>
            <source>AWS region, such as eu-west-1. Empty: that of the AWS settings, or us-east-1.</source>
            <translation>Région AWS, comme eu-west-1. Vide : celle des réglages AWS, ou us-east-1.</translation>
        </message>
        <message>
            <source>AWS profile</source>
            <translation>Profil AWS</translation>
        </message>
        <message>
            <source>Name of a profile in the AWS settings of this computer; goes before stored keys.</source>
            <translation>Nom d’un profil des réglages AWS de cet ordinateur ; il passe avant les clés enregistrées.</translation>
        </message>
        <message>
            <source>Endpoint</source>
            <translation>Point d’accès</translation>
        </message>
        <message>
            <source>Address of a private endpoint, such as wss://host:8443. Empty: the region's own.</source>
            <translation>Adresse d’un point d’accès privé, comme wss://host:8443. Vide : celui de la région.</translation>
        </message>
        <message>
            <source>FIPS endpoint</source>
            <translation>Point d’accès FIPS</translation>
        </message>
        <message>
            <source>Use the region's FIPS endpoint.</source>
            <translation>Utiliser le point d’accès FIPS de la région.</translation>
        </message>
        <message>
            <source>Dual-stack endpoint</source>
            <translation>Point d’accès double pile</translation>
        </message>
        <message>
            <source>Reach the service over IPv6 too.</source>
            <translation>Joindre le service aussi en IPv6.</translation>
        </message>
        <message>
            <source>Encoding of the sound</source>
            <translation>Codage du son</translation>
        </message>
        <message>
            <source>flac halves what is sent and loses nothing; ogg-opus sends a tenth and loses a little.</source>
            <translation>flac réduit l’envoi de moitié sans rien perdre ; ogg-opus n’envoie qu’un dixième et perd un peu.</translation>
        </message>
        <message>
            <source>Both sides in one stream</source>
            <translation>Les deux côtés dans un flux</translation>
        </message>
        <message>
            <source>You and the others as the two channels of one stream, instead of one stream each.</source>
            <translation>Vous et les autres comme les deux canaux d’un seul flux, au lieu d’un flux chacun.</translation>
        </message>
        <message>
            <source>Allow no encryption</source>
            <translation>Permettre l’absence de chiffrement</translation>
        </message>
        <message>
            <source>Allow a ws:// endpoint on another computer: anyone on the way can listen.</source>
            <translation>Permettre un point d’accès ws:// sur un autre ordinateur : tous ceux en chemin peuvent écouter.</translation>
        </message>
        <message>
            <source>Custom vocabulary</source>
            <translation>Vocabulaire personnalisé</translation>
        </message>
        <message>
            <source>Its name in your account; it has to be in the caption language.</source>
            <translation>Son nom dans votre compte ; il doit être dans la langue des sous-titres.</translation>
        </message>
        <message>
            <source>Custom vocabularies</source>
            <translation>Vocabulaires personnalisés</translation>
        </message>
        <message>
            <source>Names separated by commas, when the language is identified.</source>
            <translation>Noms séparés par des virgules, quand la langue est identifiée.</translation>
        </message>
        <message>
            <source>Vocabulary filter</source>
            <translation>Filtre de vocabulaire</translation>
        </message>
        <message>
            <source>Vocabulary filters</source>
            <translation>Filtres de vocabulaire</translation>
        </message>
        <message>
            <source>Filtered words</source>
            <translation>Mots filtrés</translation>
        </message>
        <message>
            <source>What happens to words of the filter.</source>
            <translation>Ce qu’il advient des mots du filtre.</translation>
        </message>
        <message>
            <source>The service decides</source>
            <translation>Le service décide</translation>
        </message>
        <message>
            <source>Shown as ***</source>
            <translation>Remplacés par ***</translation>
        </message>
        <message>
            <source>Left out</source>
            <translation>Supprimés</translation>
        </message>
        <message>
            <source>Shown, and marked by the service</source>
            <translation>Affichés et signalés par le service</translation>
        </message>
        <message>
            <source>Tell speakers apart</source>
            <translation>Distinguer les personnes</translation>
        </message>
        <message>
            <source>Speakers within one side of the call; known with the final text only.</source>
            <translation>Personnes d’un même côté de l’appel ; connues avec le texte définitif seulement.</translation>
        </message>
        <message>
            <source>Stable words</source>
            <translation>Mots stables</translation>
        </message>
        <message>
            <source>How soon words stop changing: the sooner (high), the less accurate.</source>
            <translation>Le moment où les mots cessent de changer : le plus tôt (high) est le moins juste.</translation>
        </message>
        <message>
            <source>Soon</source>
            <translation>Rapidement</translation>
        </message>
        <message>
            <source>Late, most accurate</source>
            <translation>Tard, au plus juste</translation>
        </message>
        <message>
            <source>At once, least accurate</source>
            <translation>Aussitôt, moins juste</translation>
        </message>
        <message>
            <source>With the final text only</source>
            <translation>Avec le texte définitif seulement</translation>
        </message>
        <message>
            <source>Mark personal data</source>
            <translation>Signaler les données personnelles</translation>
        </message>
        <message>
            <source>Not together with hiding it.</source>
            <translation>Pas en même temps que leur masquage.</translation>
        </message>
        <message>
            <source>Do not mark</source>
            <translation>Ne pas signaler</translation>
        </message>
        <message>
            <source>Mark</source>
            <translation>Signaler</translation>
        </message>
        <message>
            <source>Hide personal data</source>
            <translation>Masquer les données personnelles</translation>
        </message>
        <message>
            <source>Not together with marking it.</source>
            <translation>Pas en même temps que leur signalement.</translation>
        </message>
        <message>
            <source>Do not hide</source>
            <translation>Ne pas masquer</translation>
        </message>
        <message>
            <source>Hide</source>
            <translation>Masquer</translation>
        </message>
        <message>
            <source>Kinds of personal data</source>
            <translation>Types de données personnelles</translation>
        </message>
        <message>
            <source>Kinds separated by commas, such as NAME,PHONE, or ALL.</source>
            <translation>Types séparés par des virgules, comme NAME,PHONE, ou ALL.</translation>
        </message>
        <message>
            <source>Custom language model</source>
            <translation>Modèle de langue personnalisé</translation>
        </message>
        <message>
            <source>Its name in your account; one in another language is ignored without a word.</source>
            <translation>Son nom dans votre compte ; s’il est dans une autre langue, il est ignoré sans avertissement.</translation>
        </message>
        <message>
            <source>Identify the language</source>
            <translation>Identifier la langue</translation>
        </message>
        <message>
            <source>The service finds out which of the language options is spoken.</source>
            <translation>Le service trouve laquelle des langues possibles est parlée.</translation>
        </message>
        <message>
            <source>Identify several languages</source>
            <translation>Identifier plusieurs langues</translation>
        </message>
        <message>
            <source>As above, when the language changes on the way.</source>
            <translation>Comme ci-dessus, quand la langue change en cours de route.</translation>
        </message>
        <message>
            <source>Language options</source>
            <translation>Langues possibles</translation>
        </message>
        <message>
            <source>Two or more tags separated by commas, one for each language, such as en-US,fr-FR.</source>
            <translation>Au moins deux codes séparés par des virgules, un par langue, comme en-US,fr-FR.</translation>
        </message>
        <message>
            <source>Preferred language</source>
            <translation>Langue préférée</translation>
        </message>
        <message>
            <source>The likeliest of the language options.</source>
            <translation>La plus probable des langues possibles.</translation>
        </message>
        <message>
            <source>Session id</source>
            <translation>Identifiant de session</translation>
        </message>
        <message>
            <source>A UUID; empty: a new one for each stream.</source>
            <translation>Un UUID ; vide : un nouveau pour chaque flux.</translation>
        </message>
        <message>
            <source>Session resume window</source>
            <translation>Délai de reprise de session</translation>
        </message>
        <message>
            <source>Minutes in which a stream may come back under its session id.</source>
            <translation>Minutes pendant lesquelles un flux peut revenir sous son identifiant de session.</translation>
        </message>
        <message>
            <source>Numbers and dates</source>
            <translation>Nombres et dates</translation>
        </message>
        <message>
            <source>As digits (WRITTEN) or as words (SPOKEN).</source>
            <translation>En chiffres (WRITTEN) ou en toutes lettres (SPOKEN).</translation>
        </message>
        <message>
            <source>In digits</source>
            <translation>En chiffres</translation>
        </message>
        <message>
            <source>In words</source>
            <translation>En toutes lettres</translation>
        </message>
        <message>
            <source>Give one of {choices}.</source>
            <translation>Donnez une valeur parmi {choices}.</translation>
        </message>
        <message>
            <source>Give yes or no.</source>
            <translation>Donnez yes ou no.</translation>
        </message>
        <message>
            <source>There is no such option; see docs/providers/amazon-transcribe.md.</source>
            <translation>Cette option n’existe pas ; voir docs/providers/amazon-transcribe.md.</translation>
        </message>
        <message>
            <source>Give one name of letters, digits, dots, hyphens and underscores.</source>
            <translation>Donnez un seul nom fait de lettres, chiffres, points, traits d’union et soulignés.</translation>
        </message>
        <message>
            <source>Give whole minutes from 1 to 300.</source>
            <translation>Donnez des minutes entières, de 1 à 300.</translation>
        </message>
        <message>
            <source>Give a UUID of 36 characters.</source>
            <translation>Donnez un UUID de 36 caractères.</translation>
        </message>
        <message>
            <source>It needs {needed} as well.</source>
            <translation>Il faut aussi {needed}.</translation>
        </message>
        <message>
            <source>It can't be combined with {other}.</source>
            <translation>Elle ne peut pas se combiner avec {other}.</translation>
        </message>
        <message>
            <source>Amazon Transcribe takes 8 to 48 kHz sound with one or two channels.</source>
            <translation>Amazon Transcribe accepte du son de 8 à 48 kHz, à un ou deux canaux.</translation>
        </message>
        <message>
            <source>Please report this: the program should have converted the sound.</source>
            <translation>Merci de le signaler : le programme aurait dû convertir le son.</translation>
        </message>
        <message>
            <source>Give two or more tags, one for each language, such as en-US,fr-FR.</source>
            <translation>Donnez au moins deux codes, un par langue, comme en-US,fr-FR.</translation>
        </message>
        <message>
            <source>Give ALL or some of {choices}.</source>
            <translation>Donnez ALL ou certains parmi {choices}.</translation>
        </message>
        <message>
            <source>The option {key} can't be used like this.</source>
            <translation>L’option {key} ne peut pas s’utiliser ainsi.</translation>
        </message>
        <message>
            <source>permission to stream</source>
            <translation>droit de diffuser</translation>
        </message>
        <message>
            <source>clock</source>
            <translation>horloge</translation>
        </message>
        <message>
            <source>credentials</source>
            <translation>identifiants</translation>
        </message>
        <message>
            <source>Amazon Transcribe</source>
            <translation>Amazon Transcribe</translation>
        </message>
        <message>
            <source>The sound is sent to Amazon Web Services, to the region that you choose.</source>
            <translation>Le son est envoyé à Amazon Web Services, dans la région que vous choisissez.</translation>
        </message>
    </context>
    <context>
        <name>Audio</name>
        <message>
            <source>Plug it in again, or choose another device.</source>
            <translation>Rebranchez-le, ou choisissez un autre appareil.</translation>
        </message>
        <message>
            <source>{name} was disconnected, so it can't be heard any more.</source>
            <translation>{name} a été débranché : on ne l’entend plus.</translation>
        </message>
        <message>
            <source>{name} has stopped delivering sound.</source>
            <translation>{name} ne transmet plus de son.</translation>
        </message>
        <message>
            <source>The system now uses another device than {name}.</source>
            <translation>Le système utilise maintenant un autre appareil que {name}.</translation>
        </message>
        <message>
            <source>Nothing to do: Overtitle follows by itself.</source>
            <translation>Rien à faire : Overtitle suit tout seul.</translation>
        </message>
        <message>
            <source>System sound can't be heard on this Mac: that needs macOS 14.2 or later.</source>
            <translation>Le son du système ne peut pas être écouté sur ce Mac : il faut macOS 14.2 ou plus récent.</translation>
        </message>
        <message>
            <source>Update macOS, or install a virtual device such as BlackHole and choose it as microphone.</source>
            <translation>Mettez macOS à jour, ou installez un appareil virtuel comme BlackHole et choisissez-le comme micro.</translation>
        </message>
        <message>
            <source>The system's sound could not be tapped.</source>
            <translation>Le son du système n’a pas pu être capté.</translation>
        </message>
        <message>
            <source>Allow it under System Settings, Privacy &amp; Security, Screen &amp; System Audio Recording.</source>
            <translation>Autorisez-le dans Réglages Système, Confidentialité et sécurité, Enregistrement de l’écran et de l’audio système.</translation>
        </message>
        <message>
            <source>{name} is a film or a compressed format that needs an addition to be read.</source>
            <translation>{name} est une vidéo ou un format compressé dont la lecture demande un complément.</translation>
        </message>
        <message>
            <source>Install it with `pip install overtitle[media]`, or convert the file to WAV, FLAC or MP3.</source>
            <translation>Installez-le avec `pip install overtitle[media]`, ou convertissez le fichier en WAV, FLAC ou MP3.</translation>
        </message>
        <message>
            <source>There is no file {path}.</source>
            <translation>Le fichier {path} n’existe pas.</translation>
        </message>
        <message>
            <source>Check the name and the folder.</source>
            <translation>Vérifiez le nom et le dossier.</translation>
        </message>
        <message>
            <source>{path} is a folder, not a recording.</source>
            <translation>{path} est un dossier, pas un enregistrement.</translation>
        </message>
        <message>
            <source>Name a file inside it.</source>
            <translation>Indiquez un fichier de ce dossier.</translation>
        </message>
        <message>
            <source>The file {path} may not be read.</source>
            <translation>La lecture du fichier {path} n’est pas autorisée.</translation>
        </message>
        <message>
            <source>Change its permissions, or copy it to a folder of your own.</source>
            <translation>Modifiez ses droits, ou copiez-le dans un de vos dossiers.</translation>
        </message>
        <message>
            <source>The file {path} can't be opened: {reason}.</source>
            <translation>Impossible d’ouvrir le fichier {path} : {reason}.</translation>
        </message>
        <message>
            <source>Check the disk it is on, or copy the file elsewhere.</source>
            <translation>Vérifiez le disque où il se trouve, ou copiez le fichier ailleurs.</translation>
        </message>
        <message>
            <source>The file {name} is empty.</source>
            <translation>Le fichier {name} est vide.</translation>
        </message>
        <message>
            <source>Choose another recording.</source>
            <translation>Choisissez un autre enregistrement.</translation>
        </message>
        <message>
            <source>There is no sound in {name}.</source>
            <translation>Il n’y a pas de son dans {name}.</translation>
        </message>
        <message>
            <source>{name} is not a recording that can be read; it may be damaged or no sound at all.</source>
            <translation>{name} n’est pas un enregistrement lisible ; il est peut-être abîmé, ou ce n’est pas du son.</translation>
        </message>
        <message>
            <source>WAV, FLAC, Ogg and MP3 files work; convert other recordings to one of them.</source>
            <translation>Les fichiers WAV, FLAC, Ogg et MP3 conviennent ; convertissez les autres vers l’un d’eux.</translation>
        </message>
        <message>
            <source>{name} is damaged; only the part before the damage was read.</source>
            <translation>{name} est abîmé ; seule la partie intacte du début a été lue.</translation>
        </message>
        <message>
            <source>Try to get a whole copy of the recording.</source>
            <translation>Essayez d’obtenir une copie intacte de l’enregistrement.</translation>
        </message>
        <message>
            <source>The libsndfile library is missing, so only plain 16-bit WAV files can be read.</source>
            <translation>La bibliothèque libsndfile est absente : seuls les fichiers WAV simples en 16 bits peuvent être lus.</translation>
        </message>
        <message>
            <source>Install it: `sudo apt install libsndfile1`, or `sudo dnf install libsndfile`.</source>
            <translation>Installez-la : `sudo apt install libsndfile1` ou `sudo dnf install libsndfile`.</translation>
        </message>
        <message>
            <source>{name} has no sound track.</source>
            <translation>{name} n’a pas de piste sonore.</translation>
        </message>
        <message>
            <source>{name} can't be used. {reason}</source>
            <translation>{name} ne peut pas être utilisé. {reason}</translation>
        </message>
        <message>
            <source>There is no device called {name}.</source>
            <translation>Aucun appareil ne s’appelle {name}.</translation>
        </message>
        <message>
            <source>Did you mean {names}?</source>
            <translation>Vouliez-vous dire {names} ?</translation>
        </message>
        <message>
            <source>`overtitle devices` lists what is connected; `mic` and `system` always work.</source>
            <translation>`overtitle devices` montre ce qui est branché ; `mic` et `system` fonctionnent toujours.</translation>
        </message>
        <message>
            <source>No microphone is connected.</source>
            <translation>Aucun micro n’est branché.</translation>
        </message>
        <message>
            <source>Plug one in; it is found by itself.</source>
            <translation>Branchez-en un ; il sera détecté tout seul.</translation>
        </message>
        <message>
            <source>This computer has no sound output.</source>
            <translation>Cet ordinateur n’a aucune sortie audio.</translation>
        </message>
        <message>
            <source>Connect a headset or speakers.</source>
            <translation>Branchez un casque ou des haut-parleurs.</translation>
        </message>
        <message>
            <source>No sound output called {name} is connected.</source>
            <translation>Aucune sortie audio nommée {name} n’est branchée.</translation>
        </message>
        <message>
            <source>Choose one of: {names}.</source>
            <translation>Choisissez parmi : {names}.</translation>
        </message>
        <message>
            <source>The PortAudio library is missing, so no sound can be recorded on this computer.</source>
            <translation>La bibliothèque PortAudio est absente : aucun son ne peut être capté sur cet ordinateur.</translation>
        </message>
        <message>
            <source>Install it: `sudo apt install libportaudio2`, or `sudo dnf install portaudio`.</source>
            <translation>Installez-la : `sudo apt install libportaudio2` ou `sudo dnf install portaudio`.</translation>
        </message>
        <message>
            <source>The link between PortAudio and the sound server is missing, so no sound can be recorded.</source>
            <translation>Le lien entre PortAudio et le serveur de son est absent : aucun son ne peut être capté.</translation>
        </message>
        <message>
            <source>Install it: `sudo apt install libasound2-plugins`, or `sudo dnf install alsa-plugins-pulseaudio`.</source>
            <translation>Installez-le : `sudo apt install libasound2-plugins` ou `sudo dnf install alsa-plugins-pulseaudio`.</translation>
        </message>
        <message>
            <source>{name} is not connected.</source>
            <translation>{name} n’est pas branché.</translation>
        </message>
        <message>
            <source>Plug it in, or choose another device.</source>
            <translation>Branchez-le, ou choisissez un autre appareil.</translation>
        </message>
        <message>
            <source>{name} delivers sound in a form that can't be used.</source>
            <translation>{name} transmet le son sous une forme inutilisable.</translation>
        </message>
        <message>
            <source>Choose another device, or another sample rate in the system's sound settings.</source>
            <translation>Choisissez un autre appareil, ou une autre fréquence dans les réglages du son du système.</translation>
        </message>
        <message>
            <source>The system does not let this program use {name}.</source>
            <translation>Le système ne laisse pas ce programme utiliser {name}.</translation>
        </message>
        <message>
            <source>Allow microphone access in the system's privacy settings, and close programs that hold it.</source>
            <translation>Autorisez le micro dans les réglages de confidentialité du système, et fermez les programmes qui l’occupent.</translation>
        </message>
        <message>
            <source>{name} could not be opened.</source>
            <translation>{name} n’a pas pu être ouvert.</translation>
        </message>
        <message>
            <source>Unplug it and plug it in again, or choose another device.</source>
            <translation>Débranchez-le et rebranchez-le, ou choisissez un autre appareil.</translation>
        </message>
        <message>
            <source>The PulseAudio library is missing, so microphones and system sound can't be found.</source>
            <translation>La bibliothèque PulseAudio est absente : micros et son du système sont introuvables.</translation>
        </message>
        <message>
            <source>Install it: `sudo apt install libpulse0`, or `sudo dnf install pulseaudio-libs`.</source>
            <translation>Installez-la : `sudo apt install libpulse0` ou `sudo dnf install pulseaudio-libs`.</translation>
        </message>
        <message>
            <source>No sound server answers, so there is neither a microphone nor system sound.</source>
            <translation>Aucun serveur de son ne répond : il n’y a ni micro ni son du système.</translation>
        </message>
        <message>
            <source>Start PipeWire or PulseAudio (`systemctl --user start pipewire-pulse`) and try again.</source>
            <translation>Démarrez PipeWire ou PulseAudio (`systemctl --user start pipewire-pulse`) et réessayez.</translation>
        </message>
        <message>
            <source>The sound server has stopped, so nothing can be heard.</source>
            <translation>Le serveur de son s’est arrêté : on n’entend plus rien.</translation>
        </message>
        <message>
            <source>This computer has no sound output, so there is no system sound to hear.</source>
            <translation>Cet ordinateur n’a pas de sortie son : il n’y a pas de son du système à écouter.</translation>
        </message>
        <message>
            <source>The SoundCard library can't be used, so system sound can't be heard.</source>
            <translation>La bibliothèque SoundCard est inutilisable : le son du système ne peut pas être écouté.</translation>
        </message>
        <message>
            <source>Install Overtitle again, or use a microphone only.</source>
            <translation>Réinstallez Overtitle, ou utilisez seulement un micro.</translation>
        </message>
    </context>
    <context>
        <name>BarMenu</name>
        <message>
            <source>What did I miss</source>
            <translation>Qu’ai-je manqué ?</translation>
        </message>
        <message>
            <source>Scroll back</source>
            <translation>Revenir en arrière</translation>
        </message>
        <message>
            <source>Copy the words on show</source>
            <translation>Copier les mots affichés</translation>
        </message>
        <message>
            <source>Mark this moment…</source>
            <translation>Marquer ce moment…</translation>
        </message>
        <message>
            <source>Mute: {lane}</source>
            <translation>Couper le son : {lane}</translation>
        </message>
        <message>
            <source>Place</source>
            <translation>Emplacement</translation>
        </message>
        <message>
            <source>Colours</source>
            <translation>Couleurs</translation>
        </message>
        <message>
            <source>Here the desktop decides where the bar stands, and may cover it</source>
            <translation>Ici, le bureau décide où se place la barre et peut la recouvrir</translation>
        </message>
        <message>
            <source>Docks keep no space free on this system</source>
            <translation>Sur ce système, les bandeaux ne réservent pas leur place</translation>
        </message>
        <message>
            <source>Hide from screen sharing</source>
            <translation>Masquer lors du partage d’écran</translation>
        </message>
        <message>
            <source>Settings of the caption bar…</source>
            <translation>Réglages de la barre de sous-titres…</translation>
        </message>
        <message>
            <source>Lock (Ctrl+L or the tray unlocks)</source>
            <translation>Verrouiller (Ctrl+L ou l’icône système déverrouille)</translation>
        </message>
        <message>
            <source>Hide the caption bar</source>
            <translation>Masquer la barre de sous-titres</translation>
        </message>
    </context>
    <context>
        <name>BarWords</name>
        <message>
            <source>Paused</source>
            <translation>En pause</translation>
        </message>
        <message>
            <source>The service is away; captions come from this computer</source>
            <translation>Le service est injoignable ; les sous-titres viennent de cet ordinateur</translation>
        </message>
        <message>
            <source>Getting ready</source>
            <translation>Préparation</translation>
        </message>
        <message>
            <source>Reconnecting, keeping your words</source>
            <translation>Reconnexion, vos paroles sont gardées</translation>
        </message>
        <message>
            <source>Captions have stopped</source>
            <translation>Le sous-titrage s’est arrêté</translation>
        </message>
        <message>
            <source>Catching up, {seconds} s behind</source>
            <translation>Rattrapage, {seconds} s de retard</translation>
        </message>
    </context>
    <context>
        <name>CallStrip</name>
        <message>
            <source>Address and callers…</source>
            <translation>Adresse et appelants…</translation>
        </message>
        <message>
            <source>A call from here: nobody is heard yet</source>
            <translation>Un appel lancé d’ici : personne n’est encore entendu</translation>
        </message>
        <message>
            <source>Waiting for a call at {url}</source>
            <translation>En attente d’un appel sur {url}</translation>
        </message>
        <message>
            <source>Remote audio from {count} callers: {addresses} …</source>
            <translation>Son distant de {count} appelants : {addresses} …</translation>
        </message>
        <message>
            <source>Remote audio from {addresses}</source>
            <translation>Son distant de {addresses}</translation>
        </message>
    </context>
    <context>
        <name>Captions</name>
        <message>
            <source>Captions will appear here</source>
            <translation>Les sous-titres apparaîtront ici</translation>
        </message>
    </context>
    <context>
        <name>Choices</name>
        <message>
            <source>System default</source>
            <translation>Choix du système</translation>
        </message>
        <message>
            <source>{provider} · sends sound</source>
            <translation>{provider} · envoie le son</translation>
        </message>
        <message>
            <source>{provider} · private</source>
            <translation>{provider} · privé</translation>
        </message>
        <message>
            <source>Remote calls</source>
            <translation>Appels distants</translation>
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
        <name>ConsentStrip</name>
        <message>
            <source>Copy</source>
            <translation>Copier</translation>
        </message>
        <message>
            <source>Copy the sentence, say for the call's chat</source>
            <translation>Copier la phrase, par exemple pour le chat de l’appel</translation>
        </message>
        <message>
            <source>I told them</source>
            <translation>C’est dit</translation>
        </message>
        <message>
            <source>Marks this moment in the transcript</source>
            <translation>Marque ce moment dans la transcription</translation>
        </message>
        <message>
            <source>Don't remind me</source>
            <translation>Ne plus me le rappeler</translation>
        </message>
        <message>
            <source>Hide this reminder</source>
            <translation>Masquer ce rappel</translation>
        </message>
        <message>
            <source>Tell the others that you caption this call: “{sentence}”</source>
            <translation>Dites aux autres que vous sous-titrez cet appel : « {sentence} »</translation>
        </message>
        <message>
            <source>I use live captions made on my computer, and I record sound and text. Is that all right?</source>
            <translation>J’utilise des sous-titres en direct faits sur mon ordinateur, et j’enregistre le son et le texte. Êtes-vous d’accord ?</translation>
        </message>
        <message>
            <source>I use live captions made by an online service, and I record sound and text. Is that all right?</source>
            <translation>J’utilise des sous-titres en direct faits par un service en ligne, et j’enregistre le son et le texte. Êtes-vous d’accord ?</translation>
        </message>
        <message>
            <source>I use live captions made on my computer, and I keep the text. Is that all right?</source>
            <translation>J’utilise des sous-titres en direct faits sur mon ordinateur, et j’en garde le texte. Êtes-vous d’accord ?</translation>
        </message>
        <message>
            <source>I use live captions made by an online service, and I keep the text. Is that all right?</source>
            <translation>J’utilise des sous-titres en direct faits par un service en ligne, et j’en garde le texte. Êtes-vous d’accord ?</translation>
        </message>
        <message>
            <source>I use live captions made on my computer; nothing is kept. Is that all right?</source>
            <translation>J’utilise des sous-titres en direct faits sur mon ordinateur ; rien n’est conservé. Êtes-vous d’accord ?</translation>
        </message>
        <message>
            <source>I use live captions made by an online service; I keep nothing. Is that all right?</source>
            <translation>J’utilise des sous-titres en direct faits par un service en ligne ; je ne garde rien. Êtes-vous d’accord ?</translation>
        </message>
        <message>
            <source>The others were told of the captions</source>
            <translation>Les autres ont été prévenus des sous-titres</translation>
        </message>
    </context>
    <context>
        <name>Controls</name>
        <message>
            <source>Captions are running</source>
            <translation>Sous-titrage en cours</translation>
        </message>
    </context>
    <context>
        <name>CredentialInput</name>
        <message>
            <source>Show</source>
            <translation>Afficher</translation>
        </message>
        <message>
            <source>Forget</source>
            <translation>Oublier</translation>
        </message>
        <message>
            <source>{field} (optional)</source>
            <translation>{field} (facultatif)</translation>
        </message>
        <message>
            <source>Show what is typed: {field}</source>
            <translation>Afficher la saisie : {field}</translation>
        </message>
        <message>
            <source>Forget what is saved: {field}</source>
            <translation>Oublier ce qui est enregistré : {field}</translation>
        </message>
        <message>
            <source>“{field}” is needed.</source>
            <translation>« {field} » est indispensable.</translation>
        </message>
        <message>
            <source>Hide</source>
            <translation>Masquer</translation>
        </message>
        <message>
            <source>Will be forgotten when you save</source>
            <translation>Sera oublié à l’enregistrement</translation>
        </message>
        <message>
            <source>Set by {variable}</source>
            <translation>Fixé par {variable}</translation>
        </message>
        <message>
            <source>Known for this run; type to replace it</source>
            <translation>Connu pour cette fois ; saisissez pour remplacer</translation>
        </message>
        <message>
            <source>Saved; type to replace it</source>
            <translation>Enregistré ; saisissez pour remplacer</translation>
        </message>
    </context>
    <context>
        <name>Credentials</name>
        <message>
            <source>{provider} needs the credential “{field}”.</source>
            <translation>{provider} demande l’identifiant « {field} ».</translation>
        </message>
        <message>
            <source>Enter the account details (in a terminal: overtitle credentials set {id}), or set {variable}.</source>
            <translation>Saisissez les identifiants du compte (dans un terminal : overtitle credentials set {id}), ou définissez {variable}.</translation>
        </message>
        <message>
            <source>“{field}” holds a character that can't be part of it.</source>
            <translation>« {field} » contient un caractère qui ne peut pas en faire partie.</translation>
        </message>
        <message>
            <source>“{field}” can't be right: it has another form.</source>
            <translation>« {field} » ne peut pas être juste : sa forme est différente.</translation>
        </message>
        <message>
            <source>Copy it once more, and all of it.</source>
            <translation>Copiez-le de nouveau, en entier.</translation>
        </message>
        <message>
            <source>“{field}” is longer than the {longest} characters that a keyring keeps.</source>
            <translation>« {field} » dépasse les {longest} caractères qu’un trousseau peut garder.</translation>
        </message>
        <message>
            <source>Enter it in the window for this run only, or set {variable}.</source>
            <translation>Saisissez-le dans la fenêtre pour cette fois seulement, ou définissez {variable}.</translation>
        </message>
        <message>
            <source>The keyring refuses ({kind}).</source>
            <translation>Le trousseau refuse ({kind}).</translation>
        </message>
        <message>
            <source>Open the system's password manager to see why, or enter the details for this run only.</source>
            <translation>Ouvrez le gestionnaire de mots de passe du système pour savoir pourquoi, ou saisissez les identifiants pour cette fois seulement.</translation>
        </message>
        <message>
            <source>There is no keyring here that keeps account details.</source>
            <translation>Il n’y a pas ici de trousseau qui garde les identifiants.</translation>
        </message>
        <message>
            <source>Enter them in the window for this run only, or set them as environment variables.</source>
            <translation>Saisissez-les dans la fenêtre pour cette fois seulement, ou définissez-les comme variables d’environnement.</translation>
        </message>
        <message>
            <source>The keyring stays locked, so account details can't be read or saved.</source>
            <translation>Le trousseau reste verrouillé : les identifiants ne peuvent être ni lus ni enregistrés.</translation>
        </message>
        <message>
            <source>Unlock it and try again, or enter the details for this run only.</source>
            <translation>Déverrouillez-le et réessayez, ou saisissez les identifiants pour cette fois seulement.</translation>
        </message>
        <message>
            <source>The keyring does not answer; it may be waiting for its password.</source>
            <translation>Le trousseau ne répond pas ; il attend peut-être son mot de passe.</translation>
        </message>
    </context>
    <context>
        <name>CredentialsForm</name>
        <message>
            <source>Account: {provider}</source>
            <translation>Compte : {provider}</translation>
        </message>
        <message>
            <source>Test</source>
            <translation>Tester</translation>
        </message>
        <message>
            <source>Delete…</source>
            <translation>Supprimer…</translation>
        </message>
        <message>
            <source>Use for this run only</source>
            <translation>Pour cette fois seulement</translation>
        </message>
        <message>
            <source>Save</source>
            <translation>Enregistrer</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>Fermer</translation>
        </message>
        <message>
            <source>Options</source>
            <translation>Options</translation>
        </message>
        <message>
            <source>Delete the saved account details?</source>
            <translation>Supprimer les identifiants enregistrés ?</translation>
        </message>
        <message>
            <source>Delete</source>
            <translation>Supprimer</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>Annuler</translation>
        </message>
    </context>
    <context>
        <name>DialForm</name>
        <message>
            <source>Account…</source>
            <translation>Compte…</translation>
        </message>
        <message>
            <source>Call</source>
            <translation>Appeler</translation>
        </message>
        <message>
            <source>Hang up</source>
            <translation>Raccrocher</translation>
        </message>
        <message>
            <source>Rule number</source>
            <translation>Numéro de la règle</translation>
        </message>
        <message>
            <source>Called first</source>
            <translation>Appelé en premier</translation>
        </message>
        <message>
            <source>Called then</source>
            <translation>Appelé ensuite</translation>
        </message>
        <message>
            <source>Number that is shown</source>
            <translation>Numéro affiché</translation>
        </message>
        <message>
            <source>Voximplant calls two people and connects them; both sides are captioned here. No address of this computer is needed. A person is user:NAME, tel:+NUMBER or sip:ADDRESS.</source>
            <translation>Voximplant appelle deux personnes et les met en relation ; les deux côtés sont sous-titrés ici. Aucune adresse de cet ordinateur n’est nécessaire. Une personne s’écrit user:NOM, tel:+NUMÉRO ou sip:ADRESSE.</translation>
        </message>
        <message>
            <source>No call.</source>
            <translation>Pas d’appel.</translation>
        </message>
        <message>
            <source>The rule is a number; the control panel shows it under Routing.</source>
            <translation>La règle est un numéro ; le panneau de contrôle le montre sous Routing.</translation>
        </message>
    </context>
    <context>
        <name>Dialling</name>
        <message>
            <source>Voximplant is asked for the call…</source>
            <translation>L’appel est demandé à Voximplant…</translation>
        </message>
        <message>
            <source>The captions have stopped.</source>
            <translation>Les sous-titres sont arrêtés.</translation>
        </message>
        <message>
            <source>Hanging up…</source>
            <translation>On raccroche…</translation>
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
        <name>Engine</name>
        <message>
            <source>On this computer</source>
            <translation>Sur cet ordinateur</translation>
        </message>
        <message>
            <source>Nothing leaves this computer.</source>
            <translation>Rien ne quitte cet ordinateur.</translation>
        </message>
        <message>
            <source>The on-device engine is not available for this computer ({platform}).</source>
            <translation>Le moteur local n’existe pas pour cet ordinateur ({platform}).</translation>
        </message>
        <message>
            <source>Choose a network provider.</source>
            <translation>Choisissez un service en ligne.</translation>
        </message>
        <message>
            <source>The on-device engine is installed without its English model.</source>
            <translation>Le moteur local est installé sans son modèle anglais.</translation>
        </message>
        <message>
            <source>Install Overtitle again, or choose a network provider.</source>
            <translation>Réinstallez Overtitle, ou choisissez un service en ligne.</translation>
        </message>
        <message>
            <source>The on-device engine can caption English (US and UK) only, not {language}.</source>
            <translation>Le moteur local ne sous-titre que l’anglais (États-Unis et Royaume-Uni), pas {language}.</translation>
        </message>
        <message>
            <source>Choose English, or a network provider for this language.</source>
            <translation>Choisissez l’anglais, ou un service en ligne pour cette langue.</translation>
        </message>
        <message>
            <source>The on-device engine takes 16 kHz mono sound only.</source>
            <translation>Le moteur local n’accepte que du son mono à 16 kHz.</translation>
        </message>
        <message>
            <source>Please report this: the program should have converted the sound.</source>
            <translation>Merci de le signaler : le programme aurait dû convertir le son.</translation>
        </message>
        <message>
            <source>The speech engine answered something that can't be understood.</source>
            <translation>Le moteur vocal a donné une réponse incompréhensible.</translation>
        </message>
        <message>
            <source>It is started again; if this keeps happening, restart Overtitle.</source>
            <translation>Il redémarre ; si cela se répète, relancez Overtitle.</translation>
        </message>
        <message>
            <source>This does not sound like {language}; the captions are probably wrong.</source>
            <translation>Cela ne ressemble pas à cette langue ({language}) ; les sous-titres sont sans doute faux.</translation>
        </message>
        <message>
            <source>Choose a network provider for other languages.</source>
            <translation>Choisissez un service en ligne pour les autres langues.</translation>
        </message>
        <message>
            <source>The speech engine can't be started ({reason}).</source>
            <translation>Le moteur vocal ne démarre pas ({reason}).</translation>
        </message>
        <message>
            <source>Install Overtitle again, or choose another provider.</source>
            <translation>Réinstallez Overtitle, ou choisissez un autre service.</translation>
        </message>
        <message>
            <source>The speech engine was stopped.</source>
            <translation>Le moteur vocal a été arrêté.</translation>
        </message>
        <message>
            <source>The speech engine stopped unexpectedly.</source>
            <translation>Le moteur vocal s’est arrêté sans prévenir.</translation>
        </message>
        <message>
            <source>The speech engine no longer answers.</source>
            <translation>Le moteur vocal ne répond plus.</translation>
        </message>
        <message>
            <source>The speech engine can't start on this computer ({reason}).</source>
            <translation>Le moteur vocal ne peut pas démarrer sur cet ordinateur ({reason}).</translation>
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
        <message>
            <source>the disk lost the sound</source>
            <translation>le disque a perdu le son</translation>
        </message>
        <message>
            <source>the computer was asleep</source>
            <translation>l’ordinateur était en veille</translation>
        </message>
        <message>
            <source>continued later</source>
            <translation>repris plus tard</translation>
        </message>
    </context>
    <context>
        <name>Handles</name>
        <message>
            <source>Caption bar controls</source>
            <translation>Commandes de la barre de sous-titres</translation>
        </message>
        <message>
            <source>Smaller text</source>
            <translation>Texte plus petit</translation>
        </message>
        <message>
            <source>Larger text</source>
            <translation>Texte plus grand</translation>
        </message>
        <message>
            <source>Number of lines: click for one more, or pull up or down</source>
            <translation>Nombre de lignes : cliquez pour en ajouter une, ou tirez vers le haut ou le bas</translation>
        </message>
        <message>
            <source>Scroll back, select and copy</source>
            <translation>Revenir en arrière, sélectionner et copier</translation>
        </message>
        <message>
            <source>Menu</source>
            <translation>Menu</translation>
        </message>
        <message>
            <source>Lock: clicks go through the caption bar. Unlock it in the Overtitle window</source>
            <translation>Verrouiller : les clics traversent la barre. Elle se déverrouille dans la fenêtre d’Overtitle</translation>
        </message>
        <message>
            <source>Hide the caption bar</source>
            <translation>Masquer la barre de sous-titres</translation>
        </message>
    </context>
    <context>
        <name>History</name>
        <message>
            <source>The last two minutes</source>
            <translation>Les deux dernières minutes</translation>
        </message>
        <message>
            <source>What was said</source>
            <translation>Ce qui a été dit</translation>
        </message>
        <message>
            <source>Nothing was said yet.</source>
            <translation>Rien n’a encore été dit.</translation>
        </message>
        <message>
            <source>Note for this moment</source>
            <translation>Note pour ce moment</translation>
        </message>
        <message>
            <source>Mark</source>
            <translation>Marquer</translation>
        </message>
        <message>
            <source>Copy</source>
            <translation>Copier</translation>
        </message>
        <message>
            <source>Copies what is selected, or everything</source>
            <translation>Copie la sélection, ou tout</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>Fermer</translation>
        </message>
    </context>
    <context>
        <name>ImportDialog</name>
        <message>
            <source>Import settings</source>
            <translation>Importer des réglages</translation>
        </message>
        <message>
            <source>What changes</source>
            <translation>Ce qui change</translation>
        </message>
        <message>
            <source>Import</source>
            <translation>Importer</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>Annuler</translation>
        </message>
        <message>
            <source>The file changes nothing.</source>
            <translation>Le fichier ne change rien.</translation>
        </message>
        <message>
            <source>The file changes these settings:</source>
            <translation>Le fichier change ces réglages :</translation>
        </message>
        <message>
            <source>on</source>
            <translation>oui</translation>
        </message>
        <message>
            <source>off</source>
            <translation>non</translation>
        </message>
        <message>
            <source>nothing</source>
            <translation>rien</translation>
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
            <source>Pause, or go on: nothing is heard or sent meanwhile</source>
            <translation>Mettre en pause ou reprendre : rien n’est écouté ni envoyé entre-temps</translation>
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
            <source>Ctrl+Shift+B</source>
            <translation>Ctrl+Maj+B</translation>
        </message>
        <message>
            <source>Mark this moment with a note, at the caption bar</source>
            <translation>Marquer ce moment avec une note, près de la barre de sous-titres</translation>
        </message>
        <message>
            <source>Lock or unlock the caption bar</source>
            <translation>Verrouiller ou déverrouiller la barre de sous-titres</translation>
        </message>
        <message>
            <source>Ctrl+Plus, Ctrl+Minus</source>
            <translation>Ctrl+Plus, Ctrl+Moins</translation>
        </message>
        <message>
            <source>Larger or smaller text in the caption bar</source>
            <translation>Texte plus grand ou plus petit dans la barre de sous-titres</translation>
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
            <source>Stop the captions first.</source>
            <translation>Arrêtez d’abord le sous-titrage.</translation>
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
            <source>No sound</source>
            <translation>Aucun son</translation>
        </message>
        <message>
            <source>Paused</source>
            <translation>En pause</translation>
        </message>
        <message>
            <source>Muted</source>
            <translation>Coupé</translation>
        </message>
        <message>
            <source>Quiet</source>
            <translation>Silence</translation>
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
        <name>Library</name>
        <message>
            <source>The last session was cut off; every finished sentence of it is saved.</source>
            <translation>La dernière session s’est interrompue ; toutes ses phrases terminées sont enregistrées.</translation>
        </message>
        <message>
            <source>It can be read and continued among the transcripts.</source>
            <translation>Elle peut être lue et reprise parmi les transcriptions.</translation>
        </message>
    </context>
    <context>
        <name>LibraryDesk</name>
        <message>
            <source>Export the chosen lines</source>
            <translation>Exporter les lignes choisies</translation>
        </message>
        <message>
            <source>Part</source>
            <translation>Extrait</translation>
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
            <source>Open a recording…</source>
            <translation>Ouvrir un enregistrement…</translation>
        </message>
        <message>
            <source>Trash</source>
            <translation>Corbeille</translation>
        </message>
        <message>
            <source>Delete the sound</source>
            <translation>Supprimer le son</translation>
        </message>
        <message>
            <source>Transcripts</source>
            <translation>Transcriptions</translation>
        </message>
        <message>
            <source>Show more</source>
            <translation>Afficher la suite</translation>
        </message>
        <message>
            <source>These words are in no transcript.</source>
            <translation>Ces mots ne figurent dans aucune transcription.</translation>
        </message>
        <message>
            <source>“{title}” is in the trash.</source>
            <translation>« {title} » est dans la corbeille.</translation>
        </message>
        <message>
            <source>The trash is empty.</source>
            <translation>La corbeille est vide.</translation>
        </message>
        <message>
            <source>Nothing is saved yet. Every session appears here as soon as it has begun.</source>
            <translation>Rien n’est encore enregistré. Chaque séance apparaît ici dès qu’elle commence.</translation>
        </message>
        <message>
            <source>cut off</source>
            <translation>interrompue</translation>
        </message>
        <message>
            <source>now</source>
            <translation>en cours</translation>
        </message>
        <message>
            <source>{count} place</source>
            <translation>{count} passage</translation>
        </message>
        <message>
            <source>{count} places</source>
            <translation>{count} passages</translation>
        </message>
        <message>
            <source>Today</source>
            <translation>Aujourd’hui</translation>
        </message>
        <message>
            <source>Yesterday</source>
            <translation>Hier</translation>
        </message>
        <message>
            <source>Delete “{title}”? It can't be brought back.</source>
            <translation>Supprimer « {title} » ? Il sera impossible de revenir en arrière.</translation>
        </message>
        <message>
            <source>Delete the sound of “{title}”? It can't be brought back. The words stay.</source>
            <translation>Supprimer le son de « {title} » ? Il sera impossible de revenir en arrière. Le texte reste.</translation>
        </message>
        <message>
            <source>Open a recording</source>
            <translation>Ouvrir un enregistrement</translation>
        </message>
    </context>
    <context>
        <name>ListenAlong</name>
        <message>
            <source>Listen to this line</source>
            <translation>Écouter cette ligne</translation>
        </message>
        <message>
            <source>Listen or pause</source>
            <translation>Écouter ou mettre en pause</translation>
        </message>
        <message>
            <source>Five seconds back</source>
            <translation>Cinq secondes en arrière</translation>
        </message>
        <message>
            <source>Five seconds on</source>
            <translation>Cinq secondes en avant</translation>
        </message>
    </context>
    <context>
        <name>ListenBar</name>
        <message>
            <source>Listen</source>
            <translation>Écouter</translation>
        </message>
        <message>
            <source>Space</source>
            <translation>Espace</translation>
        </message>
        <message>
            <source>−5 s</source>
            <translation>−5 s</translation>
        </message>
        <message>
            <source>Five seconds back</source>
            <translation>Cinq secondes en arrière</translation>
        </message>
        <message>
            <source>Five seconds back: left arrow</source>
            <translation>Cinq secondes en arrière : flèche gauche</translation>
        </message>
        <message>
            <source>+5 s</source>
            <translation>+5 s</translation>
        </message>
        <message>
            <source>Five seconds on</source>
            <translation>Cinq secondes en avant</translation>
        </message>
        <message>
            <source>Five seconds on: right arrow</source>
            <translation>Cinq secondes en avant : flèche droite</translation>
        </message>
        <message>
            <source>Place in the sound</source>
            <translation>Position dans le son</translation>
        </message>
        <message>
            <source>What is heard</source>
            <translation>Ce qu’on entend</translation>
        </message>
        <message>
            <source>Everybody</source>
            <translation>Tout le monde</translation>
        </message>
        <message>
            <source>Only who speaks in the line</source>
            <translation>Seulement la voix de la ligne</translation>
        </message>
        <message>
            <source>Follow the sound</source>
            <translation>Suivre le son</translation>
        </message>
        <message>
            <source>Show the line that is heard, and keep it in view</source>
            <translation>Afficher la ligne entendue et la garder en vue</translation>
        </message>
        <message>
            <source>Captions are running: they may hear what you play here.</source>
            <translation>Des sous-titres sont en cours : ils peuvent entendre ce que vous écoutez ici.</translation>
        </message>
        <message>
            <source>{done} of {length}</source>
            <translation>{done} sur {length}</translation>
        </message>
        <message>
            <source>Pause</source>
            <translation>Pause</translation>
        </message>
    </context>
    <context>
        <name>Listener</name>
        <message>
            <source>Calls to {host} would not be encrypted, and others could listen in.</source>
            <translation>Les appels vers {host} ne seraient pas chiffrés ; d’autres pourraient écouter.</translation>
        </message>
        <message>
            <source>Give a certificate, or listen on 127.0.0.1 behind a tunnel, or allow it on purpose (--insecure).</source>
            <translation>Indiquez un certificat, écoutez sur 127.0.0.1 derrière un tunnel, ou autorisez-le exprès (--insecure).</translation>
        </message>
        <message>
            <source>There is a private key, and no certificate.</source>
            <translation>Il y a une clé privée, mais pas de certificat.</translation>
        </message>
        <message>
            <source>Give the certificate's file too.</source>
            <translation>Indiquez aussi le fichier du certificat.</translation>
        </message>
        <message>
            <source>The certificate {name} can't be used: {cause}.</source>
            <translation>Le certificat {name} est inutilisable : {cause}.</translation>
        </message>
        <message>
            <source>It has to be a PEM file, with its private key in it or beside it and not encrypted.</source>
            <translation>Il faut un fichier PEM, avec sa clé privée dedans ou à côté, non chiffrée.</translation>
        </message>
        <message>
            <source>{peer} was sent away (code {code}): {reason}.</source>
            <translation>{peer} a été renvoyé (code {code}) : {reason}.</translation>
        </message>
        <message>
            <source>{peer} was sent away: it sends sound in a coding that is not supported ({reason}). Set it at the caller.</source>
            <translation>{peer} a été renvoyé : il envoie le son dans un codage qui n’est pas pris en charge ({reason}). Réglez-le chez l’appelant.</translation>
        </message>
        <message>
            <source>The voice detector {kind} is not part of this installation.</source>
            <translation>Le détecteur de voix {kind} ne fait pas partie de cette installation.</translation>
        </message>
        <message>
            <source>Use the gate “energy”, or install the extra: pip install 'overtitle[gate]'.</source>
            <translation>Utilisez la détection « energy », ou installez le complément : pip install 'overtitle[gate]'.</translation>
        </message>
        <message>
            <source>{peer} sends faster than anyone speaks; it is made to wait.</source>
            <translation>{peer} envoie plus vite que personne ne parle ; on le fait attendre.</translation>
        </message>
        <message>
            <source>Sound of {peer} was lost: the captions are too slow for it.</source>
            <translation>Du son de {peer} est perdu : le sous-titrage ne suit pas.</translation>
        </message>
        <message>
            <source>{peer} sends “{label}” at {rate} Hz now, channels: {channels}.</source>
            <translation>{peer} envoie maintenant « {label} » à {rate} Hz, canaux : {channels}.</translation>
        </message>
        <message>
            <source>Waiting for calls at {url}.</source>
            <translation>En attente d’appels sur {url}.</translation>
        </message>
        <message>
            <source>Port {port} of {host} is in use by another program.</source>
            <translation>Le port {port} de {host} est pris par un autre programme.</translation>
        </message>
        <message>
            <source>Use another port, or 0 for any that is free.</source>
            <translation>Prenez un autre port, ou 0 pour n’importe quel port libre.</translation>
        </message>
        <message>
            <source>Nothing can listen on {host}: {cause}.</source>
            <translation>Impossible d’écouter sur {host} : {cause}.</translation>
        </message>
        <message>
            <source>Use 127.0.0.1, or an address of this computer, and a port above 1023.</source>
            <translation>Utilisez 127.0.0.1 ou une adresse de cet ordinateur, et un port supérieur à 1023.</translation>
        </message>
        <message>
            <source>{peer} was refused: it did not show the right token.</source>
            <translation>{peer} a été refusé : son jeton n’est pas le bon.</translation>
        </message>
        <message>
            <source>{peer} was refused (status {status}).</source>
            <translation>{peer} a été refusé (statut {status}).</translation>
        </message>
        <message>
            <source>{peer} is connected ({protocol}).</source>
            <translation>{peer} est connecté ({protocol}).</translation>
        </message>
        <message>
            <source>{peer} has left (code {code}).</source>
            <translation>{peer} est parti (code {code}).</translation>
        </message>
        <message>
            <source>{peer} was sent away: another client is connected.</source>
            <translation>{peer} a été renvoyé : un autre appelant est connecté.</translation>
        </message>
        <message>
            <source>{peer} does not answer any more.</source>
            <translation>{peer} ne répond plus.</translation>
        </message>
        <message>
            <source>{peer} sent no sound for too long.</source>
            <translation>{peer} n’a plus envoyé de son depuis trop longtemps.</translation>
        </message>
        <message>
            <source>{peer} was connected for as long as is allowed.</source>
            <translation>{peer} est resté connecté aussi longtemps que permis.</translation>
        </message>
        <message>
            <source>The token in {variable} is too short, or holds unsuitable characters.</source>
            <translation>Le jeton dans {variable} est trop court ou contient des caractères inadaptés.</translation>
        </message>
        <message>
            <source>Use at least 32 letters, digits or -._~, say from: openssl rand -hex 32.</source>
            <translation>Utilisez au moins 32 lettres, chiffres ou -._~, par exemple avec : openssl rand -hex 32.</translation>
        </message>
    </context>
    <context>
        <name>Listening</name>
        <message>
            <source>The sound of this session is no longer there.</source>
            <translation>Le son de cette session n’est plus là.</translation>
        </message>
        <message>
            <source>Put the .flac files back beside the transcript. The words are not touched by this.</source>
            <translation>Remettez les fichiers .flac à côté de la transcription. Le texte n’est pas touché.</translation>
        </message>
        <message>
            <source>The sound in {file} can't be read: it is damaged, or no FLAC of Overtitle.</source>
            <translation>Le son de {file} est illisible : le fichier est endommagé, ou ce n’est pas un FLAC d’Overtitle.</translation>
        </message>
        <message>
            <source>Bring it back from a backup if there is one. The words are not touched by this.</source>
            <translation>Restaurez-le depuis une sauvegarde s’il y en a une. Le texte n’est pas touché.</translation>
        </message>
        <message>
            <source>The libsndfile library is missing, so sound can be neither kept nor played.</source>
            <translation>La bibliothèque libsndfile est absente : le son ne peut être ni conservé ni écouté.</translation>
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
        <name>Network</name>
        <message>
            <source>The option url is no address of a server.</source>
            <translation>L’option url n’est pas l’adresse d’un serveur.</translation>
        </message>
        <message>
            <source>Give an address such as wss://host:port, without a name, a password or a query.</source>
            <translation>Donnez une adresse comme wss://hôte:port, sans nom, ni mot de passe, ni requête.</translation>
        </message>
        <message>
            <source>This is the proxy: check HTTPS_PROXY.</source>
            <translation>C’est le proxy : vérifiez HTTPS_PROXY.</translation>
        </message>
        <message>
            <source>{host} does not speak WebSocket on port {port}.</source>
            <translation>{host} ne parle pas WebSocket sur le port {port}.</translation>
        </message>
        <message>
            <source>Check the address of the service.</source>
            <translation>Vérifiez l’adresse du service.</translation>
        </message>
        <message>
            <source>The address {host} can't be found.</source>
            <translation>L’adresse {host} est introuvable.</translation>
        </message>
        <message>
            <source>Check this computer's network and the address.</source>
            <translation>Vérifiez le réseau de cet ordinateur et l’adresse.</translation>
        </message>
        <message>
            <source>{host} does not answer on port {port}.</source>
            <translation>{host} ne répond pas sur le port {port}.</translation>
        </message>
        <message>
            <source>Check the network; a firewall may block port {port}.</source>
            <translation>Vérifiez le réseau ; un pare-feu bloque peut-être le port {port}.</translation>
        </message>
        <message>
            <source>{host} refuses connections on port {port}.</source>
            <translation>{host} refuse les connexions sur le port {port}.</translation>
        </message>
        <message>
            <source>Check the address; a firewall may block port {port}.</source>
            <translation>Vérifiez l’adresse ; un pare-feu bloque peut-être le port {port}.</translation>
        </message>
        <message>
            <source>The connection to {host} on port {port} broke while being opened.</source>
            <translation>La connexion à {host} sur le port {port} s’est rompue pendant son ouverture.</translation>
        </message>
        <message>
            <source>Check this computer's network.</source>
            <translation>Vérifiez le réseau de cet ordinateur.</translation>
        </message>
        <message>
            <source>No encrypted connection to {host} could be agreed on.</source>
            <translation>Aucune connexion chiffrée à {host} n’a pu être établie.</translation>
        </message>
        <message>
            <source>Check the address; something in between may not let encryption through.</source>
            <translation>Vérifiez l’adresse ; quelque chose sur le chemin ne laisse peut-être pas passer le chiffrement.</translation>
        </message>
        <message>
            <source>The certificate of {host} is not trusted ({reason}).</source>
            <translation>Le certificat de {host} n’est pas digne de confiance ({reason}).</translation>
        </message>
        <message>
            <source>Check the clock. Behind a company's proxy, set SSL_CERT_FILE to its certificate.</source>
            <translation>Vérifiez l’horloge. Derrière le proxy d’une entreprise, indiquez son certificat dans SSL_CERT_FILE.</translation>
        </message>
        <message>
            <source>The proxy's address is none.</source>
            <translation>L’adresse du proxy n’en est pas une.</translation>
        </message>
        <message>
            <source>Set HTTPS_PROXY to http://host:port.</source>
            <translation>Mettez HTTPS_PROXY à http://host:port.</translation>
        </message>
        <message>
            <source>SOCKS proxies are not supported.</source>
            <translation>Les proxys SOCKS ne sont pas pris en charge.</translation>
        </message>
        <message>
            <source>Set an HTTP proxy in HTTPS_PROXY.</source>
            <translation>Indiquez un proxy HTTP dans HTTPS_PROXY.</translation>
        </message>
        <message>
            <source>The proxy's answer can't be understood.</source>
            <translation>La réponse du proxy est incompréhensible.</translation>
        </message>
        <message>
            <source>Check HTTPS_PROXY.</source>
            <translation>Vérifiez HTTPS_PROXY.</translation>
        </message>
        <message>
            <source>The proxy lets nothing through to this service (status {status}).</source>
            <translation>Le proxy ne laisse rien passer vers ce service (état {status}).</translation>
        </message>
        <message>
            <source>Ask who runs the network, or check HTTPS_PROXY.</source>
            <translation>Demandez à qui gère le réseau, ou vérifiez HTTPS_PROXY.</translation>
        </message>
        <message>
            <source>The proxy wants {kinds} (status 407), and Overtitle can sign in with Basic alone: a name and a password in the proxy's address.</source>
            <translation>Le proxy exige {kinds} (état 407), et Overtitle ne sait s’identifier qu’avec Basic : un nom et un mot de passe dans l’adresse du proxy.</translation>
        </message>
        <message>
            <source>Run a relay on this computer that signs in for you, such as Px or Cntlm, and set HTTPS_PROXY to its address.</source>
            <translation>Lancez sur cet ordinateur un relais qui s’identifie pour vous, comme Px ou Cntlm, et mettez HTTPS_PROXY à son adresse.</translation>
        </message>
        <message>
            <source>The proxy does not accept the name and the password in its address (status 407).</source>
            <translation>Le proxy n’accepte pas le nom et le mot de passe de son adresse (état 407).</translation>
        </message>
        <message>
            <source>Correct HTTPS_PROXY; characters such as @ and : are written as %40 and %3A in a password.</source>
            <translation>Corrigez HTTPS_PROXY ; dans un mot de passe, des caractères comme @ et : s’écrivent %40 et %3A.</translation>
        </message>
        <message>
            <source>The proxy wants a name and a password (status 407).</source>
            <translation>Le proxy demande un nom et un mot de passe (état 407).</translation>
        </message>
        <message>
            <source>Set HTTPS_PROXY to http://name:password@host:port.</source>
            <translation>Mettez HTTPS_PROXY à http://name:password@host:port.</translation>
        </message>
        <message>
            <source>The address of the service is none.</source>
            <translation>L’adresse du service n’en est pas une.</translation>
        </message>
        <message>
            <source>Give an address such as wss://host:8443.</source>
            <translation>Donnez une adresse comme wss://host:8443.</translation>
        </message>
        <message>
            <source>The connection to {host} would not be encrypted.</source>
            <translation>La connexion à {host} ne serait pas chiffrée.</translation>
        </message>
        <message>
            <source>Use an address that begins with wss://, or set the option insecure=yes.</source>
            <translation>Utilisez une adresse qui commence par wss://, ou mettez l’option insecure=yes.</translation>
        </message>
        <message>
            <source>options</source>
            <translation>options</translation>
        </message>
        <message>
            <source>WebSocket</source>
            <translation>WebSocket</translation>
        </message>
        <message>
            <source>half a second of silence</source>
            <translation>une demi-seconde de silence</translation>
        </message>
        <message>
            <source>proxy</source>
            <translation>proxy</translation>
        </message>
        <message>
            <source>The connection goes through it, and it looks up the address of the service.</source>
            <translation>La connexion passe par lui, et c’est lui qui cherche l’adresse du service.</translation>
        </message>
        <message>
            <source>name resolution</source>
            <translation>résolution du nom</translation>
        </message>
        <message>
            <source>port {port}</source>
            <translation>port {port}</translation>
        </message>
        <message>
            <source>port {port} through the proxy</source>
            <translation>port {port} par le proxy</translation>
        </message>
        <message>
            <source>encryption (TLS)</source>
            <translation>chiffrement (TLS)</translation>
        </message>
        <message>
            <source>The service did not answer in time.</source>
            <translation>Le service n’a pas répondu à temps.</translation>
        </message>
        <message>
            <source>{host} does not speak HTTP on port {port}.</source>
            <translation>{host} ne parle pas HTTP sur le port {port}.</translation>
        </message>
        <message>
            <source>The service refuses these credentials (HTTP status {status}).</source>
            <translation>Le service refuse ces identifiants (état HTTP {status}).</translation>
        </message>
        <message>
            <source>Check the credentials of this provider.</source>
            <translation>Vérifiez les identifiants de ce service.</translation>
        </message>
        <message>
            <source>The service asks for fewer connections (HTTP status 429).</source>
            <translation>Le service demande moins de connexions (état HTTP 429).</translation>
        </message>
        <message>
            <source>The service can't serve at the moment (HTTP status {status}).</source>
            <translation>Le service est indisponible pour le moment (état HTTP {status}).</translation>
        </message>
        <message>
            <source>The service refuses the connection (HTTP status {status}).</source>
            <translation>Le service refuse la connexion (état HTTP {status}).</translation>
        </message>
        <message>
            <source>The connection to the service broke.</source>
            <translation>La connexion au service s’est rompue.</translation>
        </message>
        <message>
            <source>The service can't be reached any more: nothing comes back through the connection.</source>
            <translation>Le service n’est plus joignable : plus rien ne revient par la connexion.</translation>
        </message>
        <message>
            <source>The service did not send the last captions in time.</source>
            <translation>Le service n’a pas envoyé les derniers sous-titres à temps.</translation>
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
            <source>Paused: nothing was heard or sent</source>
            <translation>En pause : rien n’a été écouté ni envoyé</translation>
        </message>
        <message>
            <source>Marked</source>
            <translation>Marqué</translation>
        </message>
        <message>
            <source>interrupted</source>
            <translation>interruption</translation>
        </message>
        <message>
            <source>words may be missing</source>
            <translation>des mots manquent peut-être</translation>
        </message>
        <message>
            <source>{lane}: interrupted</source>
            <translation>{lane} : interruption</translation>
        </message>
        <message>
            <source>{seconds} s of {lane} may be missing here</source>
            <translation>Il manque peut-être {seconds} s ici ({lane})</translation>
        </message>
        <message>
            <source>{lane}: microphone changed to {device}</source>
            <translation>{lane} : le micro est désormais {device}</translation>
        </message>
        <message>
            <source>{lane}: system sound changed to {device}</source>
            <translation>{lane} : le son du système vient désormais de {device}</translation>
        </message>
        <message>
            <source>{lane}, from here on: {provider}, {language}</source>
            <translation>{lane}, à partir d’ici : {provider}, {language}</translation>
        </message>
        <message>
            <source>Follow-ups</source>
            <translation>À suivre</translation>
        </message>
        <message>
            <source>Questions</source>
            <translation>Questions</translation>
        </message>
        <message>
            <source>Topics</source>
            <translation>Sujets</translation>
        </message>
    </context>
    <context>
        <name>OptionInput</name>
        <message>
            <source>“{option}” has to be a number from {low} to {high}.</source>
            <translation>« {option} » doit être un nombre de {low} à {high}.</translation>
        </message>
        <message>
            <source>“{option}” has to be a number that the service takes.</source>
            <translation>« {option} » doit être un nombre que le service accepte.</translation>
        </message>
    </context>
    <context>
        <name>Overlay</name>
        <message>
            <source>Overtitle captions</source>
            <translation>Sous-titres Overtitle</translation>
        </message>
        <message>
            <source>Captions</source>
            <translation>Sous-titres</translation>
        </message>
        <message>
            <source>What is being said, above all other windows</source>
            <translation>Ce qui se dit, au-dessus de toutes les fenêtres</translation>
        </message>
    </context>
    <context>
        <name>Pipecat</name>
        <message>
            <source>The server does not let this program in (HTTP status {status}).</source>
            <translation>Le serveur ne laisse pas entrer ce programme (statut HTTP {status}).</translation>
        </message>
        <message>
            <source>Check the token. A server with a list of allowed origins needs the option origin too.</source>
            <translation>Vérifiez le jeton. Un serveur qui a une liste d’origines admises demande aussi l’option origin.</translation>
        </message>
        <message>
            <source>There is no bot under this address (HTTP status 404).</source>
            <translation>Il n’y a pas de bot à cette adresse (statut HTTP 404).</translation>
        </message>
        <message>
            <source>Check the path of the option url; many bots listen under /ws.</source>
            <translation>Vérifiez le chemin de l’option url ; beaucoup de bots écoutent sous /ws.</translation>
        </message>
        <message>
            <source>The bot ended the connection because of a rule of its own (code 1008).</source>
            <translation>Le bot a mis fin à la connexion en vertu d’une règle qui lui est propre (code 1008).</translation>
        </message>
        <message>
            <source>Check the token and the address.</source>
            <translation>Vérifiez le jeton et l’adresse.</translation>
        </message>
        <message>
            <source>The connection to the bot ended with code {code}.</source>
            <translation>La connexion au bot s’est terminée avec le code {code}.</translation>
        </message>
        <message>
            <source>Look at the bot's log if it happens again.</source>
            <translation>Consultez le journal du bot si cela se reproduit.</translation>
        </message>
        <message>
            <source>This bot already has a client, and serves one at a time (code 1013).</source>
            <translation>Ce bot a déjà un client, et n’en sert qu’un à la fois (code 1013).</translation>
        </message>
        <message>
            <source>Disconnect the other client. To caption both sides, the server has to start a bot for each.</source>
            <translation>Déconnectez l’autre client. Pour sous-titrer les deux côtés, le serveur doit lancer un bot pour chacun.</translation>
        </message>
        <message>
            <source>The bot hung up after {minutes} min without a word.</source>
            <translation>Le bot a raccroché après {minutes} min sans un mot.</translation>
        </message>
        <message>
            <source>Bots do so by themselves; their setting idle_timeout_secs says when.</source>
            <translation>Les bots le font d’eux-mêmes ; leur réglage idle_timeout_secs dit quand.</translation>
        </message>
        <message>
            <source>The bot hung up.</source>
            <translation>Le bot a raccroché.</translation>
        </message>
        <message>
            <source>The server hung up without having understood the sound.</source>
            <translation>Le serveur a raccroché sans avoir compris le son.</translation>
        </message>
        <message>
            <source>It has to be a Pipecat bot with a ProtobufFrameSerializer; look at its log.</source>
            <translation>Ce doit être un bot Pipecat avec un ProtobufFrameSerializer ; consultez son journal.</translation>
        </message>
        <message>
            <source>The server does not speak as a Pipecat bot does.</source>
            <translation>Le serveur ne parle pas comme un bot Pipecat.</translation>
        </message>
        <message>
            <source>Check the address. The bot has to use a ProtobufFrameSerializer.</source>
            <translation>Vérifiez l’adresse. Le bot doit utiliser un ProtobufFrameSerializer.</translation>
        </message>
        <message>
            <source>A message of the bot arrived damaged.</source>
            <translation>Un message du bot est arrivé endommagé.</translation>
        </message>
        <message>
            <source>The bot has stopped because of an error of its own.</source>
            <translation>Le bot s’est arrêté à cause d’une erreur de son côté.</translation>
        </message>
        <message>
            <source>Look at the bot's log.</source>
            <translation>Consultez le journal du bot.</translation>
        </message>
        <message>
            <source>The bot reports an error of its own; captions may be missing.</source>
            <translation>Le bot signale une erreur de son côté ; des sous-titres peuvent manquer.</translation>
        </message>
        <message>
            <source>Token</source>
            <translation>Jeton</translation>
        </message>
        <message>
            <source>What the server asks for to let you in; empty when it asks for nothing.</source>
            <translation>Ce que le serveur demande pour vous laisser entrer ; vide s’il ne demande rien.</translation>
        </message>
        <message>
            <source>Further headers</source>
            <translation>Autres en-têtes</translation>
        </message>
        <message>
            <source>HTTP headers for the connection, such as X-Api-Key: abc; X-Team: blue.</source>
            <translation>En-têtes HTTP de la connexion, comme X-Api-Key: abc; X-Team: blue.</translation>
        </message>
        <message>
            <source>Address</source>
            <translation>Adresse</translation>
        </message>
        <message>
            <source>Where the bot listens, such as wss://bots.example/ws.</source>
            <translation>Où le bot écoute, par exemple wss://bots.example/ws.</translation>
        </message>
        <message>
            <source>Token goes into</source>
            <translation>Place du jeton</translation>
        </message>
        <message>
            <source>The header Authorization: Bearer, the query ?token=, or both.</source>
            <translation>L’en-tête Authorization: Bearer, le paramètre ?token=, ou les deux.</translation>
        </message>
        <message>
            <source>The header</source>
            <translation>L’en-tête</translation>
        </message>
        <message>
            <source>The address</source>
            <translation>L’adresse</translation>
        </message>
        <message>
            <source>Both</source>
            <translation>Les deux</translation>
        </message>
        <message>
            <source>Origin</source>
            <translation>Origine</translation>
        </message>
        <message>
            <source>For servers with a list of allowed origins, such as https://bots.example.</source>
            <translation>Pour les serveurs qui ont une liste d’origines admises, par exemple https://bots.example.</translation>
        </message>
        <message>
            <source>Sample rate</source>
            <translation>Fréquence d’échantillonnage</translation>
        </message>
        <message>
            <source>In Hz; the rate that the bot's pipeline expects.</source>
            <translation>En Hz ; celle que la chaîne du bot attend.</translation>
        </message>
        <message>
            <source>16 kHz, the usual rate</source>
            <translation>16 kHz, la fréquence habituelle</translation>
        </message>
        <message>
            <source>8 kHz, as a telephone</source>
            <translation>8 kHz, comme au téléphone</translation>
        </message>
        <message>
            <source>24 kHz</source>
            <translation>24 kHz</translation>
        </message>
        <message>
            <source>48 kHz</source>
            <translation>48 kHz</translation>
        </message>
        <message>
            <source>Caption the bot</source>
            <translation>Sous-titrer le bot</translation>
        </message>
        <message>
            <source>Show what the bot says, as a speaker of its own.</source>
            <translation>Afficher ce que dit le bot, comme un locuteur à part.</translation>
        </message>
        <message>
            <source>Hear the bot</source>
            <translation>Entendre le bot</translation>
        </message>
        <message>
            <source>Play what the bot says. Use a headset, or the bot hears itself.</source>
            <translation>Faire entendre ce que dit le bot. Utilisez un casque, sinon le bot s’entend lui-même.</translation>
        </message>
        <message>
            <source>Hear the bot on</source>
            <translation>Entendre le bot sur</translation>
        </message>
        <message>
            <source>Name of a sound output; empty for the system's own choice.</source>
            <translation>Nom d’une sortie audio ; vide pour celle du système.</translation>
        </message>
        <message>
            <source>Allow no encryption</source>
            <translation>Permettre l’absence de chiffrement</translation>
        </message>
        <message>
            <source>Allow a ws:// address on another computer: anyone on the way can listen.</source>
            <translation>Permettre une adresse ws:// sur un autre ordinateur : n’importe qui en chemin peut écouter.</translation>
        </message>
        <message>
            <source>The language {language} can't be given to captions of a bot.</source>
            <translation>La langue {language} ne peut pas être attribuée aux sous-titres d’un bot.</translation>
        </message>
        <message>
            <source>Choose another language or another provider.</source>
            <translation>Choisissez une autre langue ou un autre fournisseur.</translation>
        </message>
        <message>
            <source>There is no such option; see docs/providers/pipecat.md.</source>
            <translation>Cette option n’existe pas ; voir docs/providers/pipecat.md.</translation>
        </message>
        <message>
            <source>Give one of {choices}.</source>
            <translation>Donnez l’une de ces valeurs : {choices}.</translation>
        </message>
        <message>
            <source>Give yes or no.</source>
            <translation>Donnez yes ou no.</translation>
        </message>
        <message>
            <source>It is not known where the bot listens.</source>
            <translation>On ne sait pas où le bot écoute.</translation>
        </message>
        <message>
            <source>Set the option url to its address, such as ws://localhost:8765.</source>
            <translation>Donnez son adresse dans l’option url, par exemple ws://localhost:8765.</translation>
        </message>
        <message>
            <source>There are two Authorization headers: the token and one of the further headers.</source>
            <translation>Il y a deux en-têtes Authorization : le jeton et l’un des autres en-têtes.</translation>
        </message>
        <message>
            <source>Leave one of them out, or set the option token-as to query.</source>
            <translation>Retirez l’un des deux, ou mettez l’option token-as sur query.</translation>
        </message>
        <message>
            <source>Give an address such as wss://bots.example/ws.</source>
            <translation>Donnez une adresse comme wss://bots.example/ws.</translation>
        </message>
        <message>
            <source>It has a token of its own already; leave one of them out.</source>
            <translation>Elle contient déjà un jeton ; retirez l’un des deux.</translation>
        </message>
        <message>
            <source>The further headers can't be read, or name one that belongs to the connection itself.</source>
            <translation>Les autres en-têtes sont illisibles, ou l’un d’eux appartient à la connexion elle-même.</translation>
        </message>
        <message>
            <source>Give them as Name: value; Name: value.</source>
            <translation>Donnez-les sous la forme Nom: valeur; Nom: valeur.</translation>
        </message>
        <message>
            <source>The option {key} can't be used like this.</source>
            <translation>L’option {key} ne peut pas s’utiliser ainsi.</translation>
        </message>
        <message>
            <source>WebSocket and token</source>
            <translation>WebSocket et jeton</translation>
        </message>
        <message>
            <source>the bot's answer</source>
            <translation>la réponse du bot</translation>
        </message>
        <message>
            <source>The bot does not introduce itself; captions may come all the same.</source>
            <translation>Le bot ne se présente pas ; les sous-titres peuvent arriver malgré tout.</translation>
        </message>
        <message>
            <source>{name} {version}, RTVI {protocol}</source>
            <translation>{name} {version}, RTVI {protocol}</translation>
        </message>
        <message>
            <source>Pipecat bot</source>
            <translation>Bot Pipecat</translation>
        </message>
        <message>
            <source>The sound is sent to the bot whose address you give, and to the services that it uses.</source>
            <translation>Le son est envoyé au bot dont vous donnez l’adresse, et aux services que celui-ci utilise.</translation>
        </message>
    </context>
    <context>
        <name>Presets</name>
        <message>
            <source>Bottom bar</source>
            <translation>Barre en bas</translation>
        </message>
        <message>
            <source>Top bar</source>
            <translation>Barre en haut</translation>
        </message>
        <message>
            <source>Corner card</source>
            <translation>Carte dans le coin</translation>
        </message>
        <message>
            <source>Dock along the bottom</source>
            <translation>Bandeau sur tout le bas</translation>
        </message>
        <message>
            <source>Dock along the top</source>
            <translation>Bandeau sur tout le haut</translation>
        </message>
        <message>
            <source>Large print card</source>
            <translation>Carte en gros caractères</translation>
        </message>
        <message>
            <source>Light on dark</source>
            <translation>Clair sur sombre</translation>
        </message>
        <message>
            <source>Dark on light</source>
            <translation>Sombre sur clair</translation>
        </message>
        <message>
            <source>High contrast</source>
            <translation>Contraste élevé</translation>
        </message>
        <message>
            <source>Yellow on black</source>
            <translation>Jaune sur noir</translation>
        </message>
        <message>
            <source>By itself</source>
            <translation>Automatique</translation>
        </message>
        <message>
            <source>An outline</source>
            <translation>Un contour</translation>
        </message>
        <message>
            <source>A box behind each line</source>
            <translation>Un cadre derrière chaque ligne</translation>
        </message>
        <message>
            <source>All on the left</source>
            <translation>Tout à gauche</translation>
        </message>
        <message>
            <source>Show at once</source>
            <translation>Afficher aussitôt</translation>
        </message>
        <message>
            <source>Show once they were heard twice alike</source>
            <translation>Afficher après deux écoutes concordantes</translation>
        </message>
        <message>
            <source>Do not show</source>
            <translation>Ne pas afficher</translation>
        </message>
        <message>
            <source>Yours on the right, theirs on the left</source>
            <translation>Les vôtres à droite, les leurs à gauche</translation>
        </message>
    </context>
    <context>
        <name>Preview</name>
        <message>
            <source>You</source>
            <translation>Vous</translation>
        </message>
        <message>
            <source>Them</source>
            <translation>Autres</translation>
        </message>
        <message>
            <source>certain,</source>
            <translation>sûr,</translation>
        </message>
        <message>
            <source>uncertain</source>
            <translation>incertain</translation>
        </message>
        <message>
            <source>Preview of the caption bar</source>
            <translation>Aperçu de la barre de sous-titres</translation>
        </message>
    </context>
    <context>
        <name>ProbeSteps</name>
        <message>
            <source>Steps of the test</source>
            <translation>Étapes de l’essai</translation>
        </message>
        <message>
            <source>Failed</source>
            <translation>Échec</translation>
        </message>
        <message>
            <source>OK</source>
            <translation>OK</translation>
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
            <source>Change the limit</source>
            <translation>Changer la limite</translation>
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
        <name>Program</name>
        <message>
            <source>Sample</source>
            <translation>Exemple</translation>
        </message>
        <message>
            <source>Captions</source>
            <translation>Sous-titres</translation>
        </message>
        <message>
            <source>Remote call</source>
            <translation>Appel distant</translation>
        </message>
        <message>
            <source>Saved: {path}</source>
            <translation>Enregistré : {path}</translation>
        </message>
    </context>
    <context>
        <name>ProviderPicker</name>
        <message>
            <source>Captions by</source>
            <translation>Sous-titrage par</translation>
        </message>
        <message>
            <source>Account and options…</source>
            <translation>Compte et options…</translation>
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
        <name>QuestionDialog</name>
        <message>
            <source>A question before captions start</source>
            <translation>Une question avant les sous-titres</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>Annuler</translation>
        </message>
        <message>
            <source>OK</source>
            <translation>OK</translation>
        </message>
    </context>
    <context>
        <name>QuestionStrip</name>
        <message>
            <source>Delete for good</source>
            <translation>Supprimer définitivement</translation>
        </message>
        <message>
            <source>Keep it</source>
            <translation>Conserver</translation>
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
        <name>RecordingStrip</name>
        <message>
            <source>Cancel</source>
            <translation>Annuler</translation>
        </message>
        <message>
            <source>Transcribing {name}</source>
            <translation>Transcription de {name}</translation>
        </message>
        <message>
            <source>{done} of {length}</source>
            <translation>{done} sur {length}</translation>
        </message>
        <message>
            <source>{time} left</source>
            <translation>encore {time}</translation>
        </message>
    </context>
    <context>
        <name>RemoteDialog</name>
        <message>
            <source>Remote calls</source>
            <translation>Appels distants</translation>
        </message>
        <message>
            <source>The addresses are there while captions of remote calls run.</source>
            <translation>Les adresses s’affichent pendant le sous-titrage d’appels distants.</translation>
        </message>
        <message>
            <source>Address for Pipecat</source>
            <translation>Adresse pour Pipecat</translation>
        </message>
        <message>
            <source>Address for Voximplant</source>
            <translation>Adresse pour Voximplant</translation>
        </message>
        <message>
            <source>Address for Twilio</source>
            <translation>Adresse pour Twilio</translation>
        </message>
        <message>
            <source>Address for raw sound</source>
            <translation>Adresse pour le son brut</translation>
        </message>
        <message>
            <source>Token</source>
            <translation>Jeton</translation>
        </message>
        <message>
            <source>Show</source>
            <translation>Afficher</translation>
        </message>
        <message>
            <source>Copy</source>
            <translation>Copier</translation>
        </message>
        <message>
            <source>New token</source>
            <translation>Nouveau jeton</translation>
        </message>
        <message>
            <source>What has happened</source>
            <translation>Ce qui s’est passé</translation>
        </message>
        <message>
            <source>Raw sound</source>
            <translation>Son brut</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>Fermer</translation>
        </message>
        <message>
            <source>Calls that come in</source>
            <translation>Appels entrants</translation>
        </message>
        <message>
            <source>Call from here</source>
            <translation>Appeler d’ici</translation>
        </message>
        <message>
            <source>Whoever knows the token can be captioned here. It is kept in the keyring.</source>
            <translation>Qui connaît le jeton peut être sous-titré ici. Il est gardé dans le trousseau.</translation>
        </message>
        <message>
            <source>Whoever knows the token can be captioned here. No keyring keeps it: it ends with this run.</source>
            <translation>Qui connaît le jeton peut être sous-titré ici. Aucun trousseau ne le garde : il prend fin avec le programme.</translation>
        </message>
        <message>
            <source>Hide</source>
            <translation>Masquer</translation>
        </message>
    </context>
    <context>
        <name>Replay</name>
        <message>
            <source>The recording {name} can't be played: {cause}.</source>
            <translation>L’enregistrement {name} ne peut pas être lu : {cause}.</translation>
        </message>
        <message>
            <source>Give the path of a recording with --option path=FILE.</source>
            <translation>Indiquez le chemin d’un enregistrement avec --option path=FILE.</translation>
        </message>
        <message>
            <source>The recording breaks here.</source>
            <translation>L’enregistrement s’interrompt ici.</translation>
        </message>
        <message>
            <source>A recorded session</source>
            <translation>Une séance enregistrée</translation>
        </message>
        <message>
            <source>Nothing is sent anywhere: the captions come from a file.</source>
            <translation>Rien n’est envoyé : les sous-titres viennent d’un fichier.</translation>
        </message>
        <message>
            <source>Recording</source>
            <translation>Enregistrement</translation>
        </message>
        <message>
            <source>A file of JSON lines.</source>
            <translation>Un fichier de lignes JSON.</translation>
        </message>
        <message>
            <source>Recorded sessions do not know the language {language}.</source>
            <translation>Les séances enregistrées ne connaissent pas la langue {language}.</translation>
        </message>
    </context>
    <context>
        <name>Seam</name>
        <message>
            <source>the service is away</source>
            <translation>le service est injoignable</translation>
        </message>
        <message>
            <source>the service is back</source>
            <translation>le service est de retour</translation>
        </message>
        <message>
            <source>as you chose</source>
            <translation>selon votre choix</translation>
        </message>
    </context>
    <context>
        <name>SegmentModel</name>
        <message>
            <source>This line is heard</source>
            <translation>On entend cette ligne</translation>
        </message>
        <message>
            <source>Heard: {text}</source>
            <translation>Entendu : {text}</translation>
        </message>
    </context>
    <context>
        <name>SegmentPainter</name>
        <message>
            <source>(removed: {text})</source>
            <translation>(retiré : {text})</translation>
        </message>
        <message>
            <source>edited</source>
            <translation>corrigé</translation>
        </message>
        <message>
            <source>Corrected text</source>
            <translation>Texte corrigé</translation>
        </message>
    </context>
    <context>
        <name>Session</name>
        <message>
            <source>The service begins new captions all the time and finishes none of them.</source>
            <translation>Le service commence sans cesse de nouveaux sous-titres et n’en termine aucun.</translation>
        </message>
        <message>
            <source>Choose another provider, or ask who runs the service.</source>
            <translation>Choisissez un autre service, ou demandez à qui gère le service.</translation>
        </message>
        <message>
            <source>The service did not send the last captions.</source>
            <translation>Le service n’a pas envoyé les derniers sous-titres.</translation>
        </message>
        <message>
            <source>Nothing to do: this computer makes them instead.</source>
            <translation>Rien à faire : cet ordinateur les produit à sa place.</translation>
        </message>
        <message>
            <source>The computer was asleep; its connections are made anew.</source>
            <translation>L’ordinateur était en veille ; ses connexions sont rétablies.</translation>
        </message>
        <message>
            <source>Nothing to do: captions go on by themselves.</source>
            <translation>Rien à faire : les sous-titres reprennent d’eux-mêmes.</translation>
        </message>
        <message>
            <source>The captions stopped coming before the sound ended.</source>
            <translation>Les sous-titres se sont arrêtés avant la fin du son.</translation>
        </message>
        <message>
            <source>Nothing to do: the connection is made anew, and every word is kept.</source>
            <translation>Rien à faire : la connexion est rétablie, et chaque mot est conservé.</translation>
        </message>
        <message>
            <source>No captions come back although somebody speaks.</source>
            <translation>Aucun sous-titre n’arrive alors que quelqu’un parle.</translation>
        </message>
        <message>
            <source>If nothing comes, the sound is sent again; every word is kept.</source>
            <translation>Si rien ne vient, le son sera renvoyé ; chaque mot est conservé.</translation>
        </message>
        <message>
            <source>The sample speech is missing from this installation.</source>
            <translation>L’exemple sonore est absent de cette installation.</translation>
        </message>
        <message>
            <source>Install Overtitle again.</source>
            <translation>Réinstallez Overtitle.</translation>
        </message>
    </context>
    <context>
        <name>SessionCard</name>
        <message>
            <source>Title</source>
            <translation>Titre</translation>
        </message>
        <message>
            <source>It was cut off, as in a crash. Every sentence until then is here, and you can go on with it.</source>
            <translation>Elle a été interrompue, comme lors d’un plantage. Chaque phrase jusque-là est ici, et vous pouvez la poursuivre.</translation>
        </message>
        <message>
            <source>Keep, however old</source>
            <translation>Conserver, quel que soit son âge</translation>
        </message>
        <message>
            <source>Delete the sound…</source>
            <translation>Supprimer le son…</translation>
        </message>
        <message>
            <source>The words stay.</source>
            <translation>Le texte reste.</translation>
        </message>
        <message>
            <source>Names</source>
            <translation>Noms</translation>
        </message>
        <message>
            <source>Open</source>
            <translation>Ouvrir</translation>
        </message>
        <message>
            <source>Continue</source>
            <translation>Poursuivre</translation>
        </message>
        <message>
            <source>Captions go on in this transcript, after its last word.</source>
            <translation>Les sous-titres se poursuivent dans cette transcription, après son dernier mot.</translation>
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
            <source>Put back</source>
            <translation>Restaurer</translation>
        </message>
        <message>
            <source>Delete for good</source>
            <translation>Supprimer définitivement</translation>
        </message>
        <message>
            <source>Sound kept: {size}</source>
            <translation>Son conservé : {size}</translation>
        </message>
        <message>
            <source>Name of the speaker {who}</source>
            <translation>Nom de la personne {who}</translation>
        </message>
        <message>
            <source>Name of the side {who}</source>
            <translation>Nom du côté {who}</translation>
        </message>
    </context>
    <context>
        <name>SessionPage</name>
        <message>
            <source>What was said</source>
            <translation>Ce qui a été dit</translation>
        </message>
        <message>
            <source>Back</source>
            <translation>Retour</translation>
        </message>
        <message>
            <source>Correct</source>
            <translation>Corriger</translation>
        </message>
        <message>
            <source>Undo</source>
            <translation>Annuler</translation>
        </message>
        <message>
            <source>Redo</source>
            <translation>Rétablir</translation>
        </message>
        <message>
            <source>Export the chosen lines</source>
            <translation>Exporter les lignes choisies</translation>
        </message>
        <message>
            <source>As it was heard</source>
            <translation>Tel qu’entendu</translation>
        </message>
        <message>
            <source>Remove the chosen lines</source>
            <translation>Retirer les lignes choisies</translation>
        </message>
        <message>
            <source>Copy the chosen lines</source>
            <translation>Copier les lignes choisies</translation>
        </message>
        <message>
            <source>{count} line chosen</source>
            <translation>{count} ligne choisie</translation>
        </message>
        <message>
            <source>{count} lines chosen</source>
            <translation>{count} lignes choisies</translation>
        </message>
    </context>
    <context>
        <name>SettingControls</name>
        <message>
            <source>To suit the panel</source>
            <translation>Selon le fond</translation>
        </message>
    </context>
    <context>
        <name>SettingRow</name>
        <message>
            <source>Choose…</source>
            <translation>Choisir…</translation>
        </message>
        <message>
            <source>Reset: {setting}</source>
            <translation>Rétablir : {setting}</translation>
        </message>
        <message>
            <source>Back to the default</source>
            <translation>Revenir à la valeur par défaut</translation>
        </message>
    </context>
    <context>
        <name>Settings</name>
        <message>
            <source>The file can't be written: {cause}.</source>
            <translation>Le fichier ne peut pas être écrit : {cause}.</translation>
        </message>
        <message>
            <source>Choose another folder.</source>
            <translation>Choisissez un autre dossier.</translation>
        </message>
        <message>
            <source>The file can't be read: {cause}.</source>
            <translation>Le fichier ne peut pas être lu : {cause}.</translation>
        </message>
        <message>
            <source>Choose another file.</source>
            <translation>Choisissez un autre fichier.</translation>
        </message>
        <message>
            <source>Lock or unlock the caption bar</source>
            <translation>Verrouiller ou déverrouiller la barre de sous-titres</translation>
        </message>
        <message>
            <source>A locked bar lets clicks through; this key always unlocks it.</source>
            <translation>Une barre verrouillée laisse passer les clics ; cette touche la déverrouille toujours.</translation>
        </message>
        <message>
            <source>Show or hide the caption bar</source>
            <translation>Afficher ou masquer la barre de sous-titres</translation>
        </message>
        <message>
            <source>Captions go on meanwhile.</source>
            <translation>Le sous-titrage continue pendant ce temps.</translation>
        </message>
        <message>
            <source>Start or stop</source>
            <translation>Démarrer ou arrêter</translation>
        </message>
        <message>
            <source>As the big button does.</source>
            <translation>Comme le grand bouton.</translation>
        </message>
        <message>
            <source>Pause or go on</source>
            <translation>Mettre en pause ou reprendre</translation>
        </message>
        <message>
            <source>While paused nothing is heard or sent.</source>
            <translation>En pause, rien n’est écouté ni envoyé.</translation>
        </message>
        <message>
            <source>Mute me, or hear me again</source>
            <translation>Couper mon micro ou le rouvrir</translation>
        </message>
        <message>
            <source>Only the captions stop hearing you; the others in the call still do.</source>
            <translation>Seuls les sous-titres cessent de vous écouter ; les autres participants vous entendent encore.</translation>
        </message>
        <message>
            <source>Mark this moment</source>
            <translation>Marquer ce moment</translation>
        </message>
        <message>
            <source>To find it again in the transcript.</source>
            <translation>Pour le retrouver dans la transcription.</translation>
        </message>
        <message>
            <source>Mark this moment with a note</source>
            <translation>Marquer ce moment avec une note</translation>
        </message>
        <message>
            <source>The note is asked for at the bar.</source>
            <translation>La note se saisit près de la barre.</translation>
        </message>
        <message>
            <source>What did I miss</source>
            <translation>Qu’ai-je manqué</translation>
        </message>
        <message>
            <source>The last two minutes, above the caption bar.</source>
            <translation>Les deux dernières minutes, au-dessus de la barre de sous-titres.</translation>
        </message>
        <message>
            <source>Keep the computer awake</source>
            <translation>Garder l’ordinateur éveillé</translation>
        </message>
        <message>
            <source>While captions run neither the screen nor the computer goes to sleep by itself.</source>
            <translation>Pendant le sous-titrage, ni l’écran ni l’ordinateur ne se mettent en veille d’eux-mêmes.</translation>
        </message>
        <message>
            <source>Start in the tray</source>
            <translation>Démarrer dans la zone de notification</translation>
        </message>
        <message>
            <source>The window stays away until you ask for it; only where there is a tray.</source>
            <translation>La fenêtre n’apparaît que lorsque vous la demandez ; seulement s’il y a une zone de notification.</translation>
        </message>
        <message>
            <source>Tell me about new versions</source>
            <translation>M’avertir des nouvelles versions</translation>
        </message>
        <message>
            <source>Asked for once a day, without a word about you. Nothing is downloaded or installed.</source>
            <translation>Demandé une fois par jour, sans rien dire de vous. Rien n’est téléchargé ni installé.</translation>
        </message>
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
            <source>Go on when the service is away</source>
            <translation>Continuer si le service est injoignable</translation>
        </message>
        <message>
            <source>Captions are made on this computer meanwhile, if it knows the language.</source>
            <translation>Les sous-titres sont alors faits sur cet ordinateur, s’il connaît la langue.</translation>
        </message>
        <message>
            <source>Patience with the service</source>
            <translation>Patience envers le service</translation>
        </message>
        <message>
            <source>Seconds that a service may be away before this computer takes over.</source>
            <translation>Secondes pendant lesquelles un service peut manquer avant que cet ordinateur prenne le relais.</translation>
        </message>
        <message>
            <source>Minutes a month</source>
            <translation>Minutes par mois</translation>
        </message>
        <message>
            <source>For each provider; 0 for no limit.</source>
            <translation>Pour chaque service ; 0 pour aucune limite.</translation>
        </message>
        <message>
            <source>Price a minute</source>
            <translation>Prix par minute</translation>
        </message>
        <message>
            <source>In US dollars, for each provider; 0 for that of the price list, where it is known.</source>
            <translation>En dollars américains, pour chaque fournisseur ; 0 pour celui du tarif public, s’il est connu.</translation>
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
            <source>Place</source>
            <translation>Emplacement</translation>
        </message>
        <message>
            <source>Where it stands until you move it. Docks keep their space free where the system allows.</source>
            <translation>Là où elle se tient tant que vous ne la déplacez pas. Les bandeaux réservent leur place quand le système le permet.</translation>
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
            <source>Behind the letters</source>
            <translation>Derrière les lettres</translation>
        </message>
        <message>
            <source>By itself: the panel, and an outline where the panel is too thin to read on.</source>
            <translation>Automatique : le fond, et un contour quand le fond est trop transparent pour lire.</translation>
        </message>
        <message>
            <source>Line spacing</source>
            <translation>Interligne</translation>
        </message>
        <message>
            <source>In percent of the typeface's own.</source>
            <translation>En pourcentage de celui de la police.</translation>
        </message>
        <message>
            <source>Letter spacing</source>
            <translation>Espacement des lettres</translation>
        </message>
        <message>
            <source>Added to each letter, in percent of the text size.</source>
            <translation>Ajouté à chaque lettre, en pourcentage de la taille du texte.</translation>
        </message>
        <message>
            <source>Your colour</source>
            <translation>Votre couleur</translation>
        </message>
        <message>
            <source>Of your name and bar. Empty to suit the panel.</source>
            <translation>De votre nom et de votre trait. Vide : selon le fond.</translation>
        </message>
        <message>
            <source>Their colour</source>
            <translation>Leur couleur</translation>
        </message>
        <message>
            <source>Of their name and bar. Empty to suit the panel.</source>
            <translation>De leur nom et de leur trait. Vide : selon le fond.</translation>
        </message>
        <message>
            <source>Sides</source>
            <translation>Côtés</translation>
        </message>
        <message>
            <source>Where your own words stand.</source>
            <translation>Où se placent vos propres paroles.</translation>
        </message>
        <message>
            <source>Names of speakers</source>
            <translation>Noms des intervenants</translation>
        </message>
        <message>
            <source>Beside their words, where a provider tells speakers apart.</source>
            <translation>À côté de leurs paroles, quand un service distingue les voix.</translation>
        </message>
        <message>
            <source>Uncertain words</source>
            <translation>Mots incertains</translation>
        </message>
        <message>
            <source>They are dimmed until they are certain. Fewer of them is calmer, and a little later.</source>
            <translation>Ils restent estompés tant qu’ils ne sont pas sûrs. Moins il y en a, plus c’est calme, mais un peu plus tard.</translation>
        </message>
        <message>
            <source>Reading speed</source>
            <translation>Vitesse de lecture</translation>
        </message>
        <message>
            <source>In words a minute. No line leaves before it could be read at this speed; 0 never waits.</source>
            <translation>En mots par minute. Aucune ligne ne part avant d’avoir pu être lue à cette vitesse ; 0 n’attend jamais.</translation>
        </message>
        <message>
            <source>Read captions out</source>
            <translation>Annoncer les sous-titres</translation>
        </message>
        <message>
            <source>Finished sentences are handed to your screen reader.</source>
            <translation>Les phrases terminées sont transmises à votre lecteur d’écran.</translation>
        </message>
        <message>
            <source>Pause between announcements</source>
            <translation>Pause entre les annonces</translation>
        </message>
        <message>
            <source>In seconds; what is said meanwhile is announced together.</source>
            <translation>En secondes ; ce qui se dit entre-temps est annoncé ensemble.</translation>
        </message>
        <message>
            <source>Hide from screen sharing</source>
            <translation>Masquer lors du partage d’écran</translation>
        </message>
        <message>
            <source>On Windows and macOS. The caption bar's menu says whether it works.</source>
            <translation>Sous Windows et macOS. Le menu de la barre dit si cela fonctionne.</translation>
        </message>
        <message>
            <source>Locked</source>
            <translation>Verrouillée</translation>
        </message>
        <message>
            <source>Clicks go through the caption bar to what lies below. Ctrl+L or the tray unlocks it.</source>
            <translation>Les clics traversent la barre jusqu’à ce qui se trouve dessous. Ctrl+L ou l’icône système la déverrouille.</translation>
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
            <source>Keep transcripts</source>
            <translation>Conserver les transcriptions</translation>
        </message>
        <message>
            <source>Without it nothing is saved: what was said is gone when captions stop.</source>
            <translation>Sinon, rien n’est enregistré : ce qui a été dit disparaît à l’arrêt des sous-titres.</translation>
        </message>
        <message>
            <source>Keep the sound</source>
            <translation>Conserver le son</translation>
        </message>
        <message>
            <source>What is heard is saved beside the transcript, from the next session on: 60 to 70 MB an hour for each side. Whoever can open your files can hear it. Ask before you record others; the law may want it.</source>
            <translation>Ce qui est entendu est enregistré à côté de la transcription, dès la prochaine session : 60 à 70 Mo par heure et par côté. Qui peut ouvrir vos fichiers peut l’écouter. Demandez avant d’enregistrer d’autres personnes ; la loi peut l’exiger.</translation>
        </message>
        <message>
            <source>Remind me to tell the others</source>
            <translation>Me rappeler de prévenir les autres</translation>
        </message>
        <message>
            <source>At the start of each session, with a sentence to read out or to send.</source>
            <translation>Au début de chaque session, avec une phrase à lire à voix haute ou à envoyer.</translation>
        </message>
        <message>
            <source>Delete after</source>
            <translation>Supprimer après</translation>
        </message>
        <message>
            <source>Days after the last change, for good; 0 keeps everything. Sessions kept by hand stay.</source>
            <translation>Jours après la dernière modification, définitivement ; 0 conserve tout. Les séances conservées à la main restent.</translation>
        </message>
        <message>
            <source>Address</source>
            <translation>Adresse</translation>
        </message>
        <message>
            <source>127.0.0.1 lets in nobody but this computer, and tunnels that end on it.</source>
            <translation>127.0.0.1 ne laisse entrer que cet ordinateur et les tunnels qui y aboutissent.</translation>
        </message>
        <message>
            <source>Port</source>
            <translation>Port</translation>
        </message>
        <message>
            <source>0 for any that is free.</source>
            <translation>0 : n’importe quel port libre.</translation>
        </message>
        <message>
            <source>A second caller</source>
            <translation>Un deuxième appelant</translation>
        </message>
        <message>
            <source>Is refused, replaces the first one, or is captioned beside it.</source>
            <translation>Est refusé, remplace le premier, ou est sous-titré à côté de lui.</translation>
        </message>
        <message>
            <source>Two channels</source>
            <translation>Deux canaux</translation>
        </message>
        <message>
            <source>Mixed into one side, or captioned as two.</source>
            <translation>Réunis en un seul côté, ou sous-titrés séparément.</translation>
        </message>
        <message>
            <source>Voice gate</source>
            <translation>Détection de voix</translation>
        </message>
        <message>
            <source>What holds no voice is captioned as silence.</source>
            <translation>Ce qui ne contient pas de voix passe pour du silence.</translation>
        </message>
        <message>
            <source>Minutes without sound</source>
            <translation>Minutes sans son</translation>
        </message>
        <message>
            <source>Then a caller is sent away.</source>
            <translation>Ensuite, l’appelant est renvoyé.</translation>
        </message>
        <message>
            <source>Hours of one call</source>
            <translation>Heures par appel</translation>
        </message>
        <message>
            <source>Then it is ended, whatever it sends.</source>
            <translation>Ensuite, il est terminé, quoi qu’il envoie.</translation>
        </message>
        <message>
            <source>Certificate</source>
            <translation>Certificat</translation>
        </message>
        <message>
            <source>A PEM file, for calls over a network. Empty for none.</source>
            <translation>Un fichier PEM, pour les appels par le réseau. Vide : aucun.</translation>
        </message>
        <message>
            <source>Private key</source>
            <translation>Clé privée</translation>
        </message>
        <message>
            <source>A PEM file. Empty when the certificate's file has it.</source>
            <translation>Un fichier PEM. Vide si elle est dans le fichier du certificat.</translation>
        </message>
        <message>
            <source>Allow calls that are not encrypted</source>
            <translation>Autoriser les appels non chiffrés</translation>
        </message>
        <message>
            <source>Anybody on the way could listen in. Not needed on 127.0.0.1.</source>
            <translation>N’importe qui sur le trajet pourrait écouter. Inutile avec 127.0.0.1.</translation>
        </message>
        <message>
            <source>Own names</source>
            <translation>Noms de cet ordinateur</translation>
        </message>
        <message>
            <source>As callers know this computer, or its tunnel.</source>
            <translation>Ceux que les appelants emploient pour cet ordinateur ou son tunnel.</translation>
        </message>
        <message>
            <source>Voximplant rule</source>
            <translation>Règle Voximplant</translation>
        </message>
        <message>
            <source>The number of the routing rule that calls from here are made with.</source>
            <translation>Le numéro de la règle de routage avec laquelle se font les appels lancés d’ici.</translation>
        </message>
        <message>
            <source>Who is called first</source>
            <translation>Qui est appelé en premier</translation>
        </message>
        <message>
            <source>In calls from here: user:NAME, tel:+NUMBER or sip:ADDRESS.</source>
            <translation>Pour les appels lancés d’ici : user:NOM, tel:+NUMÉRO ou sip:ADRESSE.</translation>
        </message>
        <message>
            <source>Number that is shown</source>
            <translation>Numéro affiché</translation>
        </message>
        <message>
            <source>In calls from here to telephones: one that Voximplant knows as yours.</source>
            <translation>Pour les appels d’ici vers des téléphones : un numéro que Voximplant connaît comme le vôtre.</translation>
        </message>
        <message>
            <source>Web pages</source>
            <translation>Pages web</translation>
        </message>
        <message>
            <source>Those that may call, say https://example.com.</source>
            <translation>Celles qui peuvent appeler, par exemple https://example.com.</translation>
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
            <source>Contrast</source>
            <translation>Contraste</translation>
        </message>
        <message>
            <source>Follow the system, or always high.</source>
            <translation>Comme le système, ou toujours élevé.</translation>
        </message>
        <message>
            <source>Reduce motion</source>
            <translation>Réduire les animations</translation>
        </message>
        <message>
            <source>Lines jump instead of sliding.</source>
            <translation>Les lignes sautent au lieu de glisser.</translation>
        </message>
        <message>
            <source>The settings can't be saved in {folder}: {cause}.</source>
            <translation>Les réglages ne peuvent pas être enregistrés dans {folder} : {cause}.</translation>
        </message>
        <message>
            <source>Check that there is room and that this account may write there.</source>
            <translation>Vérifiez qu’il y a de la place et que ce compte peut y écrire.</translation>
        </message>
        <message>
            <source>The value of {key} can't be used; it has its default.</source>
            <translation>La valeur de {key} est inutilisable ; celle d’origine est reprise.</translation>
        </message>
        <message>
            <source>The values of {keys} can't be used; they have their defaults.</source>
            <translation>Les valeurs de {keys} sont inutilisables ; celles d’origine sont reprises.</translation>
        </message>
        <message>
            <source>The settings were saved by a newer Overtitle; what this one knows is used, all is kept.</source>
            <translation>Les réglages viennent d’une version plus récente ; ceux que celle-ci connaît sont utilisés, tout est conservé.</translation>
        </message>
        <message>
            <source>Update Overtitle to use the rest.</source>
            <translation>Mettez Overtitle à jour pour utiliser le reste.</translation>
        </message>
        <message>
            <source>The settings file is damaged and kept as {name}; the defaults are used.</source>
            <translation>Le fichier des réglages est abîmé, il est conservé sous {name} ; les valeurs d’origine sont utilisées.</translation>
        </message>
        <message>
            <source>Set things again, or repair that file and rename it to {name}.</source>
            <translation>Refaites les réglages, ou réparez ce fichier et renommez-le {name}.</translation>
        </message>
        <message>
            <source>The settings in {folder} can't be read: {cause}; the defaults are used.</source>
            <translation>Les réglages de {folder} sont illisibles : {cause} ; les valeurs d’origine sont utilisées.</translation>
        </message>
        <message>
            <source>Check that this account may read and write there.</source>
            <translation>Vérifiez que ce compte peut y lire et y écrire.</translation>
        </message>
        <message>
            <source>The file was made by a newer Overtitle.</source>
            <translation>Le fichier vient d’une version plus récente d’Overtitle.</translation>
        </message>
        <message>
            <source>Update Overtitle, and import it then.</source>
            <translation>Mettez Overtitle à jour, puis importez-le.</translation>
        </message>
        <message>
            <source>That is no file of settings; nothing was changed.</source>
            <translation>Ce n’est pas un fichier de réglages ; rien n’a été changé.</translation>
        </message>
        <message>
            <source>Choose a file that “Export” has made.</source>
            <translation>Choisissez un fichier créé par « Exporter ».</translation>
        </message>
        <message>
            <source>Everything else can be taken over.</source>
            <translation>Tout le reste peut être repris.</translation>
        </message>
        <message>
            <source>Can't be used and stays as it is: {keys}.</source>
            <translation>Inutilisable et laissé tel quel : {keys}.</translation>
        </message>
        <message>
            <source>The value of {key} can't be used.</source>
            <translation>La valeur de {key} est inutilisable.</translation>
        </message>
        <message>
            <source>There is no setting {key}.</source>
            <translation>Le réglage {key} n’existe pas.</translation>
        </message>
        <message>
            <source>Did you mean {nearest}?</source>
            <translation>Vouliez-vous dire {nearest} ?</translation>
        </message>
        <message>
            <source>There are: {keys}.</source>
            <translation>Il y a : {keys}.</translation>
        </message>
        <message>
            <source>{key} is a whole number from {low} to {high}.</source>
            <translation>{key} est un nombre entier de {low} à {high}.</translation>
        </message>
        <message>
            <source>{key} is a colour such as #14161a.</source>
            <translation>{key} est une couleur, par exemple #14161a.</translation>
        </message>
        <message>
            <source>{key} is one of: {words}.</source>
            <translation>{key} vaut l’un de : {words}.</translation>
        </message>
        <message>
            <source>{key} is yes or no (true or false in the file).</source>
            <translation>{key} vaut oui ou non (true ou false dans le fichier).</translation>
        </message>
        <message>
            <source>{key} is a list of words.</source>
            <translation>{key} est une liste de mots.</translation>
        </message>
        <message>
            <source>{key} holds a table of texts for each provider.</source>
            <translation>{key} contient un tableau de textes pour chaque service.</translation>
        </message>
        <message>
            <source>{key} is a text.</source>
            <translation>{key} est un texte.</translation>
        </message>
    </context>
    <context>
        <name>SettingsDialog</name>
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
        <message>
            <source>High</source>
            <translation>Élevé</translation>
        </message>
        <message>
            <source>Is refused</source>
            <translation>Est refusé</translation>
        </message>
        <message>
            <source>Replaces the first one</source>
            <translation>Remplace le premier</translation>
        </message>
        <message>
            <source>Both together</source>
            <translation>Les deux ensemble</translation>
        </message>
        <message>
            <source>Two sides</source>
            <translation>Deux côtés</translation>
        </message>
        <message>
            <source>Off</source>
            <translation>Aucune</translation>
        </message>
        <message>
            <source>Loudness</source>
            <translation>Volume</translation>
        </message>
        <message>
            <source>Settings</source>
            <translation>Réglages</translation>
        </message>
        <message>
            <source>Search settings</source>
            <translation>Rechercher un réglage</translation>
        </message>
        <message>
            <source>Groups of settings</source>
            <translation>Groupes de réglages</translation>
        </message>
        <message>
            <source>Account and options…</source>
            <translation>Compte et options…</translation>
        </message>
        <message>
            <source>Address, token and callers…</source>
            <translation>Adresse, jeton et appelants…</translation>
        </message>
        <message>
            <source>Undo</source>
            <translation>Annuler</translation>
        </message>
        <message>
            <source>Reset this page</source>
            <translation>Réinitialiser cette page</translation>
        </message>
        <message>
            <source>Import…</source>
            <translation>Importer…</translation>
        </message>
        <message>
            <source>Export…</source>
            <translation>Exporter…</translation>
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
            <source>Remote calls</source>
            <translation>Appels distants</translation>
        </message>
        <message>
            <source>Appearance</source>
            <translation>Apparence</translation>
        </message>
        <message>
            <source>Keys everywhere</source>
            <translation>Touches globales</translation>
        </message>
        <message>
            <source>This computer</source>
            <translation>Cet ordinateur</translation>
        </message>
        <message>
            <source>Counts from the next start on.</source>
            <translation>Prend effet au prochain démarrage.</translation>
        </message>
        <message>
            <source>Settings found: {count}</source>
            <translation>Réglages trouvés : {count}</translation>
        </message>
        <message>
            <source>This page has its defaults again.</source>
            <translation>Cette page a retrouvé ses valeurs par défaut.</translation>
        </message>
        <message>
            <source>Everything is as it was.</source>
            <translation>Tout est comme avant.</translation>
        </message>
    </context>
    <context>
        <name>SettingsHost</name>
        <message>
            <source>Saved: {path}</source>
            <translation>Enregistré : {path}</translation>
        </message>
        <message>
            <source>The imported settings count now.</source>
            <translation>Les réglages importés sont en vigueur.</translation>
        </message>
        <message>
            <source>Import settings</source>
            <translation>Importer des réglages</translation>
        </message>
        <message>
            <source>Export settings</source>
            <translation>Exporter les réglages</translation>
        </message>
    </context>
    <context>
        <name>Sharing</name>
        <message>
            <source>Seen when the screen is shared</source>
            <translation>Visible lors du partage d’écran</translation>
        </message>
        <message>
            <source>Hidden when the screen is shared</source>
            <translation>Masquée lors du partage d’écran</translation>
        </message>
        <message>
            <source>The system refused to hide it: it is seen</source>
            <translation>Le système a refusé de la masquer : elle est visible</translation>
        </message>
        <message>
            <source>This system can’t hide it: it is seen</source>
            <translation>Ce système ne peut pas la masquer : elle est visible</translation>
        </message>
    </context>
    <context>
        <name>Shortcuts</name>
        <message>
            <source>{keys} would be missing everywhere else. Add Ctrl or Alt.</source>
            <translation>{keys} manquerait partout ailleurs. Ajoutez Ctrl ou Alt.</translation>
        </message>
        <message>
            <source>{keys} is already used for “{other}”.</source>
            <translation>{keys} sert déjà à « {other} ».</translation>
        </message>
        <message>
            <source>{action}: {reason}</source>
            <translation>{action} : {reason}</translation>
        </message>
        <message>
            <source>{keys} belongs to another program. Choose other keys.</source>
            <translation>{keys} appartient à un autre programme. Choisissez d’autres touches.</translation>
        </message>
        <message>
            <source>This keyboard has no {keys}. Choose other keys.</source>
            <translation>Ce clavier n’a pas {keys}. Choisissez d’autres touches.</translation>
        </message>
        <message>
            <source>This desktop lends no keys to programs. In its own keyboard settings, let keys run `overtitle --press lock`, bar, start, pause, mute, mark, note or miss.</source>
            <translation>Ce bureau ne prête pas de touches aux programmes. Dans ses propres réglages du clavier, associez des touches à `overtitle --press lock`, bar, start, pause, mute, mark, note ou miss.</translation>
        </message>
        <message>
            <source>The desktop did not give these keys. Change one of them to be asked again.</source>
            <translation>Le bureau n’a pas accordé ces touches. Changez-en une pour que la question soit reposée.</translation>
        </message>
        <message>
            <source>The desktop did not give {keys}. Its own settings may.</source>
            <translation>Le bureau n’a pas accordé {keys}. Ses propres réglages le peuvent peut-être.</translation>
        </message>
        <message>
            <source>The desktop decides which keys work: {list}.</source>
            <translation>Le bureau décide des touches valables : {list}.</translation>
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
            <source>Paused: nothing is heard or sent</source>
            <translation>En pause : rien n’est écouté ni envoyé</translation>
        </message>
        <message>
            <source>No sound from your microphone for {seconds} s. Is it muted?</source>
            <translation>Aucun son de votre micro depuis {seconds} s. Est-il coupé ?</translation>
        </message>
        <message>
            <source>No sound from {lane} for {seconds} s. Is the call muted?</source>
            <translation>Aucun son depuis {seconds} s ({lane}). L’appel est-il en sourdine ?</translation>
        </message>
        <message>
            <source>Listening; your microphone is muted by the system</source>
            <translation>À l’écoute ; votre micro est coupé par le système</translation>
        </message>
        <message>
            <source>Listening; the speakers are muted by the system</source>
            <translation>À l’écoute ; les haut-parleurs sont coupés par le système</translation>
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
            <source>Captions have stopped</source>
            <translation>Le sous-titrage s’est arrêté</translation>
        </message>
        <message>
            <source>Waiting for the last words; “Stop now” ends without them</source>
            <translation>En attente des derniers mots ; « Terminer » s’en passe</translation>
        </message>
    </context>
    <context>
        <name>StatusBar</name>
        <message>
            <source>Check the sound</source>
            <translation>Vérifier le son</translation>
        </message>
        <message>
            <source>Open the folder</source>
            <translation>Ouvrir le dossier</translation>
        </message>
        <message>
            <source>Keep</source>
            <translation>Conserver</translation>
        </message>
        <message>
            <source>Keep this session</source>
            <translation>Conserver cette séance</translation>
        </message>
        <message>
            <source>Without it, nothing of this session is saved once captions stop.</source>
            <translation>Sinon, rien de cette séance n’est conservé après l’arrêt des sous-titres.</translation>
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
            <source>Saved with the sound: {path}</source>
            <translation>Enregistré avec le son : {path}</translation>
        </message>
        <message>
            <source>Saved as you speak, with the sound: {path}</source>
            <translation>Enregistré au fil de la parole, avec le son : {path}</translation>
        </message>
        <message>
            <source>Removed when captions stop</source>
            <translation>Supprimée à l’arrêt des sous-titres</translation>
        </message>
        <message>
            <source>Opens the folder.</source>
            <translation>Ouvre le dossier.</translation>
        </message>
        <message>
            <source>Nothing was kept of this session</source>
            <translation>Rien n’a été conservé de cette séance</translation>
        </message>
        <message>
            <source>{seconds} s behind</source>
            <translation>{seconds} s de retard</translation>
        </message>
    </context>
    <context>
        <name>Symbl</name>
        <message>
            <source>App id</source>
            <translation>Identifiant d’application</translation>
        </message>
        <message>
            <source>Together with the app secret; leave both empty if you have an access token.</source>
            <translation>Avec le secret d’application ; laissez les deux vides si vous avez un jeton d’accès.</translation>
        </message>
        <message>
            <source>App secret</source>
            <translation>Secret d’application</translation>
        </message>
        <message>
            <source>Access token</source>
            <translation>Jeton d’accès</translation>
        </message>
        <message>
            <source>Instead of app id and secret. It is used as it is, until it runs out.</source>
            <translation>Au lieu de l’identifiant et du secret. Il est utilisé tel quel, jusqu’à son expiration.</translation>
        </message>
        <message>
            <source>An access token is needed, or an app id together with its secret.</source>
            <translation>Il faut un jeton d’accès, ou un identifiant d’application avec son secret.</translation>
        </message>
        <message>
            <source>Ask who runs the server for them.</source>
            <translation>Demandez-les à qui gère le serveur.</translation>
        </message>
        <message>
            <source>The server does not accept this app id and secret (HTTP status {status}).</source>
            <translation>Le serveur n’accepte pas cet identifiant et ce secret (statut HTTP {status}).</translation>
        </message>
        <message>
            <source>Enter both once more, without spaces around them.</source>
            <translation>Saisissez les deux à nouveau, sans espaces autour.</translation>
        </message>
        <message>
            <source>The server makes no more tokens at the moment (HTTP status 429).</source>
            <translation>Le serveur ne délivre plus de jetons pour le moment (statut HTTP 429).</translation>
        </message>
        <message>
            <source>The server can't make a token at the moment (HTTP status {status}).</source>
            <translation>Le serveur ne peut pas délivrer de jeton pour le moment (statut HTTP {status}).</translation>
        </message>
        <message>
            <source>What answers at this address makes no access tokens as Symbl does.</source>
            <translation>Ce qui répond à cette adresse ne délivre pas de jetons d’accès comme le fait Symbl.</translation>
        </message>
        <message>
            <source>Check the option url, or enter an access token instead of app id and secret.</source>
            <translation>Vérifiez l’option url, ou saisissez un jeton d’accès au lieu de l’identifiant et du secret.</translation>
        </message>
        <message>
            <source>Symbl.ai's own service was discontinued; {host} can't be reached.</source>
            <translation>Le service de Symbl.ai a été arrêté ; {host} est injoignable.</translation>
        </message>
        <message>
            <source>Set the option url to another server that speaks Symbl's realtime protocol.</source>
            <translation>Indiquez dans l’option url un autre serveur qui parle le protocole temps réel de Symbl.</translation>
        </message>
        <message>
            <source>The server does not accept the access token (HTTP status {status}).</source>
            <translation>Le serveur n’accepte pas le jeton d’accès (statut HTTP {status}).</translation>
        </message>
        <message>
            <source>It may have run out: enter a new one, or an app id and its secret.</source>
            <translation>Il a peut-être expiré : saisissez-en un nouveau, ou un identifiant d’application et son secret.</translation>
        </message>
        <message>
            <source>The server has no streams at this path (HTTP status 404).</source>
            <translation>Le serveur n’ouvre pas de flux à ce chemin (statut HTTP 404).</translation>
        </message>
        <message>
            <source>Check the options url and path.</source>
            <translation>Vérifiez les options url et path.</translation>
        </message>
        <message>
            <source>The account has reached its number of streams at a time (HTTP status 429).</source>
            <translation>Le compte a atteint son nombre de flux simultanés (statut HTTP 429).</translation>
        </message>
        <message>
            <source>Close other streams: each side of a call takes one.</source>
            <translation>Fermez d’autres flux : chaque côté d’un appel en occupe un.</translation>
        </message>
        <message>
            <source>The server does not accept the access token: {reason}</source>
            <translation>Le serveur n’accepte pas le jeton d’accès : {reason}</translation>
        </message>
        <message>
            <source>The account has reached a limit of the server: {reason}</source>
            <translation>Le compte a atteint une limite du serveur : {reason}</translation>
        </message>
        <message>
            <source>The server does not caption this language: {reason}</source>
            <translation>Le serveur ne sous-titre pas cette langue : {reason}</translation>
        </message>
        <message>
            <source>Choose another language, or another one in the option language-code.</source>
            <translation>Choisissez une autre langue, ou une autre dans l’option language-code.</translation>
        </message>
        <message>
            <source>The server does not accept the request: {reason}</source>
            <translation>Le serveur n’accepte pas la demande : {reason}</translation>
        </message>
        <message>
            <source>Check the options of this provider.</source>
            <translation>Vérifiez les options de ce service.</translation>
        </message>
        <message>
            <source>The server reports an error: {reason}</source>
            <translation>Le serveur signale une erreur : {reason}</translation>
        </message>
        <message>
            <source>The server did not begin to listen in time.</source>
            <translation>Le serveur n’a pas commencé à écouter à temps.</translation>
        </message>
        <message>
            <source>Check that it speaks Symbl's realtime protocol, and its own log.</source>
            <translation>Vérifiez qu’il parle le protocole temps réel de Symbl, et consultez son journal.</translation>
        </message>
        <message>
            <source>The server closed the connection before it listened (code {code}).</source>
            <translation>Le serveur a fermé la connexion avant d’écouter (code {code}).</translation>
        </message>
        <message>
            <source>Check the options of this provider, and the server's own log.</source>
            <translation>Vérifiez les options de ce service et le journal du serveur.</translation>
        </message>
        <message>
            <source>The server ended the stream before the sound was over (code {code}).</source>
            <translation>Le serveur a terminé le flux avant la fin du son (code {code}).</translation>
        </message>
        <message>
            <source>What answers at this address does not speak Symbl's realtime protocol.</source>
            <translation>Ce qui répond à cette adresse ne parle pas le protocole temps réel de Symbl.</translation>
        </message>
        <message>
            <source>Address of the server</source>
            <translation>Adresse du serveur</translation>
        </message>
        <message>
            <source>Such as wss://symbl.example.com. Symbl.ai's own addresses no longer exist.</source>
            <translation>Comme wss://symbl.example.com. Les adresses de Symbl.ai n’existent plus.</translation>
        </message>
        <message>
            <source>Path</source>
            <translation>Chemin</translation>
        </message>
        <message>
            <source>Where streams are opened on the server.</source>
            <translation>Où les flux s’ouvrent sur le serveur.</translation>
        </message>
        <message>
            <source>Language of the server</source>
            <translation>Langue du serveur</translation>
        </message>
        <message>
            <source>Sent instead of the caption language, such as es-ES, if your server knows it.</source>
            <translation>Envoyée à la place de la langue des sous-titres, comme es-ES, si votre serveur la connaît.</translation>
        </message>
        <message>
            <source>Insights</source>
            <translation>Découvertes</translation>
        </message>
        <message>
            <source>Of question, action_item and follow_up, separated by commas; none for none.</source>
            <translation>Parmi question, action_item et follow_up, séparés par des virgules ; none pour aucune.</translation>
        </message>
        <message>
            <source>Confidence of insights</source>
            <translation>Confiance des découvertes</translation>
        </message>
        <message>
            <source>From 0.5 to 1.</source>
            <translation>De 0.5 à 1.</translation>
        </message>
        <message>
            <source>Names and terms</source>
            <translation>Noms et termes</translation>
        </message>
        <message>
            <source>Separated by commas; they are recognised better.</source>
            <translation>Séparés par des virgules ; ils sont mieux reconnus.</translation>
        </message>
        <message>
            <source>Trackers</source>
            <translation>Suivis</translation>
        </message>
        <message>
            <source>What is to be noticed, such as Price: cost, budget; Rival: Acme, Initech.</source>
            <translation>Ce qu’il faut remarquer, par exemple Price: cost, budget; Rival: Acme, Initech.</translation>
        </message>
        <message>
            <source>All trackers of the account</source>
            <translation>Tous les suivis du compte</translation>
        </message>
        <message>
            <source>Use those that are set up on the server as well.</source>
            <translation>Utiliser aussi ceux qui sont définis sur le serveur.</translation>
        </message>
        <message>
            <source>Sentiment</source>
            <translation>Sentiment</translation>
        </message>
        <message>
            <source>Ask the server to judge the mood as well.</source>
            <translation>Demander aussi au serveur d’évaluer l’humeur.</translation>
        </message>
        <message>
            <source>Title</source>
            <translation>Titre</translation>
        </message>
        <message>
            <source>What the conversation is called on the server.</source>
            <translation>Le nom de la conversation sur le serveur.</translation>
        </message>
        <message>
            <source>Your name</source>
            <translation>Votre nom</translation>
        </message>
        <message>
            <source>What the server calls the speaker.</source>
            <translation>Comment le serveur nomme la personne qui parle.</translation>
        </message>
        <message>
            <source>Your e-mail</source>
            <translation>Votre adresse électronique</translation>
        </message>
        <message>
            <source>Who the speaker is; an e-mail address may get a summary from the server.</source>
            <translation>Qui parle ; une adresse électronique peut recevoir un résumé du serveur.</translation>
        </message>
        <message>
            <source>Send a summary to</source>
            <translation>Envoyer un résumé à</translation>
        </message>
        <message>
            <source>E-mail addresses separated by commas; the server sends it at the end.</source>
            <translation>Adresses électroniques séparées par des virgules ; le serveur l’envoie à la fin.</translation>
        </message>
        <message>
            <source>Time zone</source>
            <translation>Fuseau horaire</translation>
        </message>
        <message>
            <source>Minutes by which UTC is ahead, for dates in insights; 300 in New York.</source>
            <translation>Minutes d’avance de l’UTC, pour les dates des découvertes ; 300 à New York.</translation>
        </message>
        <message>
            <source>Wait for a reconnect</source>
            <translation>Attente d’une reconnexion</translation>
        </message>
        <message>
            <source>Seconds that the server keeps the conversation when the connection broke.</source>
            <translation>Secondes pendant lesquelles le serveur garde la conversation quand la connexion est coupée.</translation>
        </message>
        <message>
            <source>Allow no encryption</source>
            <translation>Permettre l’absence de chiffrement</translation>
        </message>
        <message>
            <source>Allow a ws:// address of another computer: anyone on the way can listen.</source>
            <translation>Permettre une adresse ws:// d’un autre ordinateur : tous ceux en chemin peuvent écouter.</translation>
        </message>
        <message>
            <source>No server was named: Symbl.ai's own service was discontinued.</source>
            <translation>Aucun serveur n’est indiqué : le service de Symbl.ai a été arrêté.</translation>
        </message>
        <message>
            <source>Set the option url to a server that speaks Symbl's realtime protocol.</source>
            <translation>Indiquez dans l’option url un serveur qui parle le protocole temps réel de Symbl.</translation>
        </message>
        <message>
            <source>Give e-mail addresses, separated by commas.</source>
            <translation>Donnez des adresses électroniques, séparées par des virgules.</translation>
        </message>
        <message>
            <source>Symbl's protocol streams English (US) only, not {language}.</source>
            <translation>Le protocole de Symbl ne traite en direct que l’anglais (États-Unis), pas {language}.</translation>
        </message>
        <message>
            <source>Choose another provider, or set the option language-code if your server knows more.</source>
            <translation>Choisissez un autre service, ou utilisez l’option language-code si votre serveur connaît d’autres langues.</translation>
        </message>
        <message>
            <source>Give some of {choices}, or none.</source>
            <translation>Donnez certains de {choices}, ou none.</translation>
        </message>
        <message>
            <source>Give names with their words, such as Price: cost, budget; Rival: Acme.</source>
            <translation>Donnez des noms avec leurs mots, comme Price: cost, budget; Rival: Acme.</translation>
        </message>
        <message>
            <source>Give a number from {low} to {high}.</source>
            <translation>Donnez un nombre de {low} à {high}.</translation>
        </message>
        <message>
            <source>The option {key} can't be used like this.</source>
            <translation>L’option {key} ne peut pas s’utiliser ainsi.</translation>
        </message>
        <message>
            <source>Symbl-compatible server</source>
            <translation>Serveur compatible Symbl</translation>
        </message>
        <message>
            <source>The sound is sent to the server that you name. Symbl.ai's own service was discontinued.</source>
            <translation>Le son est envoyé au serveur que vous indiquez. Le service de Symbl.ai a été arrêté.</translation>
        </message>
        <message>
            <source>Symbl.ai itself was discontinued</source>
            <translation>Symbl.ai a été arrêté</translation>
        </message>
        <message>
            <source>access token</source>
            <translation>jeton d’accès</translation>
        </message>
        <message>
            <source>The one that was entered, as it is.</source>
            <translation>Celui qui a été saisi, tel quel.</translation>
        </message>
    </context>
    <context>
        <name>TalkPicture</name>
        <message>
            <source>{lane}: {share}, {pace} words a minute</source>
            <translation>{lane} : {share}, {pace} mots par minute</translation>
        </message>
        <message>
            <source>At the same time: {share}</source>
            <translation>En même temps : {share}</translation>
        </message>
        <message>
            <source>Nobody: {share}</source>
            <translation>Personne : {share}</translation>
        </message>
        <message>
            <source>Who spoke when</source>
            <translation>Qui a parlé et quand</translation>
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
            <source>Hears you</source>
            <translation>Vous entend</translation>
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
            <source>Hears them</source>
            <translation>Les entend</translation>
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
            <source>Stop now</source>
            <translation>Terminer</translation>
        </message>
        <message>
            <source>Go on (Ctrl+P)</source>
            <translation>Reprendre (Ctrl+P)</translation>
        </message>
        <message>
            <source>Pause (Ctrl+P): nothing is heard or sent</source>
            <translation>Pause (Ctrl+P) : rien n’est écouté ni envoyé</translation>
        </message>
        <message>
            <source>Elapsed: {time}</source>
            <translation>Durée : {time}</translation>
        </message>
    </context>
    <context>
        <name>Tour</name>
        <message>
            <source>Skip the tour</source>
            <translation>Passer la visite</translation>
        </message>
        <message>
            <source>The bars below “You” and “Them” move while somebody is heard. The buttons beside them mute.</source>
            <translation>Les barres sous « Vous » et « Autres » bougent quand quelqu’un est entendu. Les boutons à côté coupent le son.</translation>
        </message>
        <message>
            <source>Point at the caption bar and its handles appear: move it, size it, lock it. The rail at the left shows and hides it.</source>
            <translation>Pointez la barre de sous-titres et ses poignées apparaissent : déplacez-la, agrandissez-la, verrouillez-la. La colonne de gauche l’affiche et la masque.</translation>
        </message>
        <message>
            <source>Every sentence is saved as it is spoken; the line at the bottom says where.</source>
            <translation>Chaque phrase est enregistrée dès qu’elle est dite ; la ligne du bas indique où.</translation>
        </message>
        <message>
            <source>{number} of {count}</source>
            <translation>{number} sur {count}</translation>
        </message>
        <message>
            <source>Done</source>
            <translation>Terminé</translation>
        </message>
        <message>
            <source>Next</source>
            <translation>Suivant</translation>
        </message>
        <message>
            <source>Tour</source>
            <translation>Visite</translation>
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
        <message>
            <source>What was said before is in the saved transcript</source>
            <translation>Ce qui a été dit avant se trouve dans la transcription enregistrée</translation>
        </message>
        <message>
            <source>What was said before is not kept</source>
            <translation>Ce qui a été dit avant n’est pas conservé</translation>
        </message>
    </context>
    <context>
        <name>Transcripts</name>
        <message>
            <source>Copy what is shown before it is gone: some of it is not saved.</source>
            <translation>Copiez ce qui est affiché avant que cela ne disparaisse : une partie n’est pas enregistrée.</translation>
        </message>
        <message>
            <source>This transcript is still being written.</source>
            <translation>Cette transcription est encore en cours.</translation>
        </message>
        <message>
            <source>Stop the captions first.</source>
            <translation>Arrêtez d’abord le sous-titrage.</translation>
        </message>
        <message>
            <source>The transcript can't be deleted: {cause}.</source>
            <translation>La transcription ne peut pas être supprimée : {cause}.</translation>
        </message>
        <message>
            <source>Check that this account may change the folder {folder}.</source>
            <translation>Vérifiez que ce compte peut modifier le dossier {folder}.</translation>
        </message>
        <message>
            <source>{file} says something else than the transcript, so it is left as it is.</source>
            <translation>{file} dit autre chose que la transcription et reste donc tel quel.</translation>
        </message>
        <message>
            <source>Give it another name, and export the transcript from the library.</source>
            <translation>Donnez-lui un autre nom, puis exportez la transcription depuis la bibliothèque.</translation>
        </message>
        <message>
            <source>The transcript is changed, but {file} beside it is not.</source>
            <translation>La transcription est modifiée, mais pas {file} à côté d’elle.</translation>
        </message>
        <message>
            <source>There is no export format {format}.</source>
            <translation>Le format d’export {format} n’existe pas.</translation>
        </message>
        <message>
            <source>Use one of: {formats}.</source>
            <translation>Utilisez l’un de ceux-ci : {formats}.</translation>
        </message>
        <message>
            <source>The transcript can't be saved in {folder}: a link has its name.</source>
            <translation>La transcription ne peut pas être enregistrée dans {folder} : un lien porte son nom.</translation>
        </message>
        <message>
            <source>Remove the link or choose another name.</source>
            <translation>Supprimez le lien ou choisissez un autre nom.</translation>
        </message>
        <message>
            <source>The transcript can't be saved in {folder}: a folder has its name.</source>
            <translation>La transcription ne peut pas être enregistrée dans {folder} : un dossier porte son nom.</translation>
        </message>
        <message>
            <source>Choose another name.</source>
            <translation>Choisissez un autre nom.</translation>
        </message>
        <message>
            <source>The transcript in {folder} is being written by another Overtitle.</source>
            <translation>La transcription de {folder} est en cours d’écriture par un autre Overtitle.</translation>
        </message>
        <message>
            <source>Stop the captions there first.</source>
            <translation>Arrêtez-y d’abord le sous-titrage.</translation>
        </message>
        <message>
            <source>The transcript can't be read: {cause}.</source>
            <translation>La transcription est illisible : {cause}.</translation>
        </message>
        <message>
            <source>Check that the file is there and that this account may read it.</source>
            <translation>Vérifiez que le fichier est là et que ce compte peut le lire.</translation>
        </message>
        <message>
            <source>This file is too large to be a transcript.</source>
            <translation>Ce fichier est trop gros pour être une transcription.</translation>
        </message>
        <message>
            <source>Choose a .jsonl file from the folder of transcripts.</source>
            <translation>Choisissez un fichier .jsonl du dossier des transcriptions.</translation>
        </message>
        <message>
            <source>The library can't be opened in {folder}: {cause}.</source>
            <translation>La bibliothèque ne s’ouvre pas dans {folder} : {cause}.</translation>
        </message>
        <message>
            <source>Transcripts are safe; check that there is room and that you may write there.</source>
            <translation>Les transcriptions sont intactes ; vérifiez qu’il y a de la place et que vous pouvez y écrire.</translation>
        </message>
        <message>
            <source>There is no transcript {key}.</source>
            <translation>La transcription {key} n’existe pas.</translation>
        </message>
        <message>
            <source>`overtitle transcripts list` shows the ids of all.</source>
            <translation>`overtitle transcripts list` les montre toutes.</translation>
        </message>
        <message>
            <source>{key} stands for {count} transcripts.</source>
            <translation>{key} désigne {count} transcriptions.</translation>
        </message>
        <message>
            <source>Give more of the id, or the path of the file.</source>
            <translation>Donnez une plus grande partie de l’identifiant, ou le chemin du fichier.</translation>
        </message>
        <message>
            <source>This file is not a transcript of Overtitle.</source>
            <translation>Ce fichier n’est pas une transcription d’Overtitle.</translation>
        </message>
        <message>
            <source>Put it back, or choose another folder in the settings.</source>
            <translation>Remettez-le en place, ou choisissez un autre dossier dans les réglages.</translation>
        </message>
        <message>
            <source>Choose another folder in the settings.</source>
            <translation>Choisissez un autre dossier dans les réglages.</translation>
        </message>
        <message>
            <source>Free some space; saving goes on as soon as there is room.</source>
            <translation>Libérez de la place ; l’enregistrement reprendra aussitôt.</translation>
        </message>
        <message>
            <source>The transcript can't be saved in {folder}: the disk is full.</source>
            <translation>La transcription ne peut pas être enregistrée dans {folder} : le disque est plein.</translation>
        </message>
        <message>
            <source>The transcript can't be saved in {folder}: the folder is no longer there.</source>
            <translation>La transcription ne peut pas être enregistrée dans {folder} : le dossier n’est plus là.</translation>
        </message>
        <message>
            <source>The transcript can't be saved in {folder}: this account may not write there.</source>
            <translation>La transcription ne peut pas être enregistrée dans {folder} : ce compte n’a pas le droit d’y écrire.</translation>
        </message>
        <message>
            <source>The transcript can't be saved in {folder}: the disk is read-only.</source>
            <translation>La transcription ne peut pas être enregistrée dans {folder} : le disque est en lecture seule.</translation>
        </message>
        <message>
            <source>The transcript can't be saved in {folder}: it is a file, not a folder.</source>
            <translation>La transcription ne peut pas être enregistrée dans {folder} : c’est un fichier, pas un dossier.</translation>
        </message>
        <message>
            <source>The transcript can't be saved in {folder}: the file may not grow any larger there.</source>
            <translation>La transcription ne peut pas être enregistrée dans {folder} : le fichier ne peut plus y grandir.</translation>
        </message>
        <message>
            <source>The transcript can't be saved in {folder}: the name is too long for this disk.</source>
            <translation>La transcription ne peut pas être enregistrée dans {folder} : le nom est trop long pour ce disque.</translation>
        </message>
        <message>
            <source>The transcript can't be saved in {folder}: the disk does not answer.</source>
            <translation>La transcription ne peut pas être enregistrée dans {folder} : le disque ne répond pas.</translation>
        </message>
        <message>
            <source>Captions go on; saving goes on as soon as it answers.</source>
            <translation>Le sous-titrage continue ; l’enregistrement reprendra dès qu’il répondra.</translation>
        </message>
        <message>
            <source>The transcript can't be saved in {folder}: the disk reports “{cause}”.</source>
            <translation>La transcription ne peut pas être enregistrée dans {folder} : le disque signale « {cause} ».</translation>
        </message>
        <message>
            <source>Captions and transcript go on. Choose another folder before the next session.</source>
            <translation>Les sous-titres et la transcription continuent. Choisissez un autre dossier avant la prochaine session.</translation>
        </message>
        <message>
            <source>Captions and transcript go on. Free some space before the next session.</source>
            <translation>Les sous-titres et la transcription continuent. Libérez de la place avant la prochaine session.</translation>
        </message>
        <message>
            <source>The sound is no longer kept in {folder}: the disk is full.</source>
            <translation>Le son n’est plus conservé dans {folder} : le disque est plein.</translation>
        </message>
        <message>
            <source>The sound is no longer kept in {folder}: the folder or the file is no longer there.</source>
            <translation>Le son n’est plus conservé dans {folder} : le dossier ou le fichier n’est plus là.</translation>
        </message>
        <message>
            <source>The sound is no longer kept in {folder}: the disk is too slow.</source>
            <translation>Le son n’est plus conservé dans {folder} : le disque est trop lent.</translation>
        </message>
        <message>
            <source>The sound is no longer kept in {folder}: the disk reports “{cause}”.</source>
            <translation>Le son n’est plus conservé dans {folder} : le disque signale « {cause} ».</translation>
        </message>
        <message>
            <source>Choose a shorter title.</source>
            <translation>Choisissez un titre plus court.</translation>
        </message>
        <message>
            <source>The transcript can't be put back: {cause}.</source>
            <translation>La transcription ne peut pas être restaurée : {cause}.</translation>
        </message>
        <message>
            <source>There is no transcript {key} in the trash.</source>
            <translation>Il n’y a pas de transcription {key} dans la corbeille.</translation>
        </message>
        <message>
            <source>`overtitle transcripts list --trash` shows what is there.</source>
            <translation>`overtitle transcripts list --trash` montre ce qui s’y trouve.</translation>
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
            <source>Pause</source>
            <translation>Pause</translation>
        </message>
        <message>
            <source>Mute me</source>
            <translation>Couper mon micro</translation>
        </message>
        <message>
            <source>Lock the caption bar</source>
            <translation>Verrouiller la barre de sous-titres</translation>
        </message>
        <message>
            <source>Spoken language</source>
            <translation>Langue parlée</translation>
        </message>
        <message>
            <source>Captions by</source>
            <translation>Sous-titres par</translation>
        </message>
        <message>
            <source>Quit Overtitle</source>
            <translation>Quitter Overtitle</translation>
        </message>
        <message>
            <source>Stop</source>
            <translation>Arrêter</translation>
        </message>
        <message>
            <source>Something needs you: open the window</source>
            <translation>Un problème vous attend : ouvrez la fenêtre</translation>
        </message>
        <message>
            <source>Not listening</source>
            <translation>Pas à l’écoute</translation>
        </message>
        <message>
            <source>Paused</source>
            <translation>En pause</translation>
        </message>
        <message>
            <source>Reconnecting, keeping your words</source>
            <translation>Reconnexion, vos paroles sont conservées</translation>
        </message>
        <message>
            <source>Listening, you are muted</source>
            <translation>À l’écoute, votre micro est coupé</translation>
        </message>
        <message>
            <source>Listening to a remote call</source>
            <translation>À l’écoute d’un appel distant</translation>
        </message>
        <message>
            <source>Listening</source>
            <translation>À l’écoute</translation>
        </message>
    </context>
    <context>
        <name>UndoStrip</name>
        <message>
            <source>Undo</source>
            <translation>Annuler</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>Fermer</translation>
        </message>
    </context>
    <context>
        <name>UpdateStrip</name>
        <message>
            <source>Open the page</source>
            <translation>Ouvrir la page</translation>
        </message>
        <message>
            <source>Not now</source>
            <translation>Pas maintenant</translation>
        </message>
        <message>
            <source>Overtitle {version} is out; this is {running}.</source>
            <translation>Overtitle {version} est disponible ; vous utilisez la {running}.</translation>
        </message>
    </context>
    <context>
        <name>Usage</name>
        <message>
            <source>Your own limit of {minutes} minutes this month is reached.</source>
            <translation>Votre propre limite de {minutes} minutes ce mois-ci est atteinte.</translation>
        </message>
        <message>
            <source>Raise the limit in the settings, or let this computer caption.</source>
            <translation>Relevez la limite dans les réglages, ou laissez cet ordinateur sous-titrer.</translation>
        </message>
        <message>
            <source>This month: {minutes} min</source>
            <translation>Ce mois-ci : {minutes} min</translation>
        </message>
        <message>
            <source>This month: {minutes} of {limit} min</source>
            <translation>Ce mois-ci : {minutes} sur {limit} min</translation>
        </message>
        <message>
            <source>{used}, about {cost} by your price.</source>
            <translation>{used}, environ {cost} à votre prix.</translation>
        </message>
        <message>
            <source>{used}, about {cost} by the list price.</source>
            <translation>{used}, environ {cost} au tarif public.</translation>
        </message>
    </context>
    <context>
        <name>UsageBox</name>
        <message>
            <source>No limit</source>
            <translation>Sans limite</translation>
        </message>
        <message>
            <source>Minutes a month at most</source>
            <translation>Minutes par mois au plus</translation>
        </message>
        <message>
            <source>Price a minute, $</source>
            <translation>Prix par minute, $</translation>
        </message>
        <message>
            <source>Nothing is sent beyond the limit; this computer goes on if it can. The cost is an estimate: your bill may differ.</source>
            <translation>Au-delà de la limite, rien n’est envoyé ; cet ordinateur prend le relais s’il le peut. Le coût est une estimation : votre facture peut différer.</translation>
        </message>
        <message>
            <source>Use and cost</source>
            <translation>Utilisation et coût</translation>
        </message>
        <message>
            <source>Unknown</source>
            <translation>Inconnu</translation>
        </message>
        <message>
            <source>List: {price}</source>
            <translation>Tarif : {price}</translation>
        </message>
    </context>
    <context>
        <name>Vosk</name>
        <message>
            <source>The Vosk server closed the connection before it had answered everything.</source>
            <translation>Le serveur Vosk a fermé la connexion avant d’avoir répondu à tout.</translation>
        </message>
        <message>
            <source>Look at the server's own log; captions go on as soon as it can be reached.</source>
            <translation>Consultez le journal du serveur ; les sous-titres reprennent dès qu’il est joignable.</translation>
        </message>
        <message>
            <source>What stands before the Vosk server does not accept the access token.</source>
            <translation>Ce qui protège le serveur Vosk n’accepte pas le jeton d’accès.</translation>
        </message>
        <message>
            <source>Ask who runs the server for a token.</source>
            <translation>Demandez un jeton à qui gère le serveur.</translation>
        </message>
        <message>
            <source>What answers at this address does not speak as a Vosk server does.</source>
            <translation>Ce qui répond à cette adresse ne parle pas comme un serveur Vosk.</translation>
        </message>
        <message>
            <source>Check the option url.</source>
            <translation>Vérifiez l’option url.</translation>
        </message>
        <message>
            <source>Address of the server</source>
            <translation>Adresse du serveur</translation>
        </message>
        <message>
            <source>Such as wss://recognition.example.com or ws://localhost:2700.</source>
            <translation>Comme wss://recognition.example.com ou ws://localhost:2700.</translation>
        </message>
        <message>
            <source>Phrases</source>
            <translation>Expressions</translation>
        </message>
        <message>
            <source>Separated by commas: the server listens for these alone. For small models only.</source>
            <translation>Séparées par des virgules : le serveur n’écoute qu’elles. Pour les petits modèles seulement.</translation>
        </message>
        <message>
            <source>Allow no encryption</source>
            <translation>Permettre l’absence de chiffrement</translation>
        </message>
        <message>
            <source>Allow a ws:// address of another computer: anyone on the way can listen.</source>
            <translation>Permettre une adresse ws:// d’un autre ordinateur : tous ceux en chemin peuvent écouter.</translation>
        </message>
        <message>
            <source>Vosk server</source>
            <translation>Serveur Vosk</translation>
        </message>
        <message>
            <source>The sound is sent to the Vosk server that you name. Its model has to fit the language.</source>
            <translation>Le son est envoyé au serveur Vosk que vous indiquez. Son modèle doit correspondre à la langue.</translation>
        </message>
        <message>
            <source>Access token</source>
            <translation>Jeton d’accès</translation>
        </message>
        <message>
            <source>Only if a gateway before the server asks for one (Authorization: Bearer).</source>
            <translation>Seulement si une passerelle devant le serveur en demande un (Authorization: Bearer).</translation>
        </message>
        <message>
            <source>There is no Vosk model for {language}.</source>
            <translation>Il n’y a pas de modèle Vosk pour {language}.</translation>
        </message>
        <message>
            <source>Choose the language of the server's model.</source>
            <translation>Choisissez la langue du modèle du serveur.</translation>
        </message>
    </context>
    <context>
        <name>Voximplant</name>
        <message>
            <source>The scenario did not hang up, so the call may go on.</source>
            <translation>Le scénario n’a pas raccroché : l’appel continue peut-être.</translation>
        </message>
        <message>
            <source>Hang up on the telephone, and paste the scenario's present version.</source>
            <translation>Raccrochez au téléphone, et collez la version actuelle du scénario.</translation>
        </message>
        <message>
            <source>Captions run already.</source>
            <translation>Des sous-titres sont déjà en cours.</translation>
        </message>
        <message>
            <source>Stop them, then call.</source>
            <translation>Arrêtez-les, puis appelez.</translation>
        </message>
        <message>
            <source>The scenario has started.</source>
            <translation>Le scénario a démarré.</translation>
        </message>
        <message>
            <source>Calling: {side}.</source>
            <translation>Appel en cours : {side}.</translation>
        </message>
        <message>
            <source>On the line: {side}.</source>
            <translation>En ligne : {side}.</translation>
        </message>
        <message>
            <source>Connected to {peer}.</source>
            <translation>Connecté à {peer}.</translation>
        </message>
        <message>
            <source>The call is over (code {code}).</source>
            <translation>L’appel est terminé (code {code}).</translation>
        </message>
        <message>
            <source>The connection to {peer} is lost.</source>
            <translation>La connexion à {peer} est perdue.</translation>
        </message>
        <message>
            <source>The scenario's session takes no connection (HTTP status 404).</source>
            <translation>La session du scénario n’accepte pas de connexion (état HTTP 404).</translation>
        </message>
        <message>
            <source>Check that the rule runs Overtitle's scenario, in its present version.</source>
            <translation>Vérifiez que la règle exécute le scénario d’Overtitle, dans sa version actuelle.</translation>
        </message>
        <message>
            <source>Voximplant</source>
            <translation>Voximplant</translation>
        </message>
        <message>
            <source>The call itself runs through Voximplant, whoever captions it.</source>
            <translation>L’appel lui-même passe par Voximplant, quel que soit le service qui le sous-titre.</translation>
        </message>
        <message>
            <source>Account ID</source>
            <translation>Identifiant de compte</translation>
        </message>
        <message>
            <source>A number; the control panel shows it in the menu of your name.</source>
            <translation>Un nombre ; le panneau de contrôle l’affiche dans le menu à votre nom.</translation>
        </message>
        <message>
            <source>API key</source>
            <translation>Clé d’API</translation>
        </message>
        <message>
            <source>From the section “API keys” of the control panel's settings.</source>
            <translation>Dans la section « API keys » des réglages du panneau de contrôle.</translation>
        </message>
        <message>
            <source>account ID and API key</source>
            <translation>ID de compte et clé API</translation>
        </message>
        <message>
            <source>Voximplant knows them</source>
            <translation>Voximplant les connaît</translation>
        </message>
        <message>
            <source>“{address}” is nobody who can be called.</source>
            <translation>« {address} » ne désigne personne que l’on puisse appeler.</translation>
        </message>
        <message>
            <source>Write user:NAME, tel:+NUMBER or sip:ADDRESS.</source>
            <translation>Écrivez user:NOM, tel:+NUMÉRO ou sip:ADRESSE.</translation>
        </message>
        <message>
            <source>A call to a telephone needs a number to be called from.</source>
            <translation>Pour appeler un téléphone, il faut un numéro d’appelant.</translation>
        </message>
        <message>
            <source>Give one that you rent from Voximplant or have verified there.</source>
            <translation>Indiquez un numéro loué chez Voximplant ou vérifié par Voximplant.</translation>
        </message>
        <message>
            <source>The addresses of this call are too long for Voximplant.</source>
            <translation>Les adresses de cet appel sont trop longues pour Voximplant.</translation>
        </message>
        <message>
            <source>Use users of your application or telephone numbers.</source>
            <translation>Utilisez des utilisateurs de votre application ou des numéros de téléphone.</translation>
        </message>
        <message>
            <source>Voximplant does not accept this account ID and API key (error {code}).</source>
            <translation>Voximplant n’accepte pas cet identifiant de compte avec cette clé d’API (erreur {code}).</translation>
        </message>
        <message>
            <source>Copy both from the control panel and enter them once more.</source>
            <translation>Copiez-les du panneau de contrôle et saisissez-les à nouveau.</translation>
        </message>
        <message>
            <source>Voximplant asks for fewer requests at once.</source>
            <translation>Voximplant demande moins de requêtes à la fois.</translation>
        </message>
        <message>
            <source>Voximplant refuses to start the scenario (error {code}).</source>
            <translation>Voximplant refuse de lancer le scénario (erreur {code}).</translation>
        </message>
        <message>
            <source>Check the account, the rule's number, and that the scenario belongs to the rule.</source>
            <translation>Vérifiez le compte, le numéro de la règle et que le scénario lui est bien rattaché.</translation>
        </message>
        <message>
            <source>The answer is none of Voximplant's.</source>
            <translation>La réponse n’est pas celle de Voximplant.</translation>
        </message>
        <message>
            <source>Check the address of its API.</source>
            <translation>Vérifiez l’adresse de son API.</translation>
        </message>
    </context>
    <context>
        <name>WhisperLive</name>
        <message>
            <source>The WhisperLive server does not accept the access key.</source>
            <translation>Le serveur WhisperLive n’accepte pas la clé d’accès.</translation>
        </message>
        <message>
            <source>Enter the key with which the server was started (--api_key).</source>
            <translation>Saisissez la clé avec laquelle le serveur a été lancé (--api_key).</translation>
        </message>
        <message>
            <source>Start the server with more places (--max_clients), or use another one.</source>
            <translation>Lancez le serveur avec plus de places (--max_clients), ou utilisez-en un autre.</translation>
        </message>
        <message>
            <source>The WhisperLive server is full; a place should be free in {minutes} min.</source>
            <translation>Le serveur WhisperLive est complet ; une place devrait se libérer dans {minutes} min.</translation>
        </message>
        <message>
            <source>The WhisperLive server is full.</source>
            <translation>Le serveur WhisperLive est complet.</translation>
        </message>
        <message>
            <source>The WhisperLive server can't load the model {model}.</source>
            <translation>Le serveur WhisperLive ne peut pas charger le modèle {model}.</translation>
        </message>
        <message>
            <source>Choose another one with the option model, or look at the server's own log.</source>
            <translation>Choisissez-en un autre avec l’option model, ou consultez le journal du serveur.</translation>
        </message>
        <message>
            <source>The WhisperLive server ended the stream at its time limit; a new one is opened.</source>
            <translation>Le serveur WhisperLive a terminé le flux à sa limite de temps ; un nouveau est ouvert.</translation>
        </message>
        <message>
            <source>Start the server with --max_connection_time, and set the option connection-time to it.</source>
            <translation>Lancez le serveur avec --max_connection_time, et donnez la même valeur à l’option connection-time.</translation>
        </message>
        <message>
            <source>The WhisperLive server closed the connection before it was ready.</source>
            <translation>Le serveur WhisperLive a fermé la connexion avant d’être prêt.</translation>
        </message>
        <message>
            <source>Look at the server's own log.</source>
            <translation>Consultez le journal du serveur.</translation>
        </message>
        <message>
            <source>The WhisperLive server did not get ready in time.</source>
            <translation>Le serveur WhisperLive n’a pas été prêt à temps.</translation>
        </message>
        <message>
            <source>It may be loading a model for the first time: wait a minute and try again.</source>
            <translation>Il charge peut-être un modèle pour la première fois : attendez une minute et réessayez.</translation>
        </message>
        <message>
            <source>The WhisperLive server closed the connection before the sound was over.</source>
            <translation>Le serveur WhisperLive a fermé la connexion avant la fin du son.</translation>
        </message>
        <message>
            <source>What answers at this address does not speak as a WhisperLive server does.</source>
            <translation>Ce qui répond à cette adresse ne parle pas comme un serveur WhisperLive.</translation>
        </message>
        <message>
            <source>Check the option url.</source>
            <translation>Vérifiez l’option url.</translation>
        </message>
        <message>
            <source>Address of the server</source>
            <translation>Adresse du serveur</translation>
        </message>
        <message>
            <source>Such as wss://recognition.example.com or ws://localhost:9090.</source>
            <translation>Comme wss://recognition.example.com ou ws://localhost:9090.</translation>
        </message>
        <message>
            <source>Model</source>
            <translation>Modèle</translation>
        </message>
        <message>
            <source>Its size or name, such as small or large-v3-turbo; a server may have one of its own.</source>
            <translation>Sa taille ou son nom, comme small ou large-v3-turbo ; un serveur peut avoir le sien.</translation>
        </message>
        <message>
            <source>Translate to English</source>
            <translation>Traduire en anglais</translation>
        </message>
        <message>
            <source>The captions are English, whatever is spoken.</source>
            <translation>Les sous-titres sont en anglais, quelle que soit la langue parlée.</translation>
        </message>
        <message>
            <source>Detect the language</source>
            <translation>Détecter la langue</translation>
        </message>
        <message>
            <source>From the first words, instead of the caption language.</source>
            <translation>D’après les premiers mots, au lieu de la langue des sous-titres.</translation>
        </message>
        <message>
            <source>Skip silence</source>
            <translation>Ignorer les silences</translation>
        </message>
        <message>
            <source>Leave out what is no voice: fewer words that nobody said.</source>
            <translation>Écarter ce qui n’est pas une voix : moins de mots que personne n’a dits.</translation>
        </message>
        <message>
            <source>Times of words</source>
            <translation>Temps des mots</translation>
        </message>
        <message>
            <source>Better subtitles, more work for the server.</source>
            <translation>De meilleurs sous-titres, plus de travail pour le serveur.</translation>
        </message>
        <message>
            <source>Names and terms</source>
            <translation>Noms et termes</translation>
        </message>
        <message>
            <source>Words that are likely to be said.</source>
            <translation>Des mots qui seront sans doute prononcés.</translation>
        </message>
        <message>
            <source>Context</source>
            <translation>Contexte</translation>
        </message>
        <message>
            <source>A sentence about what is spoken of, in the same language.</source>
            <translation>Une phrase sur le sujet de la conversation, dans la même langue.</translation>
        </message>
        <message>
            <source>Repeats before a sentence is final</source>
            <translation>Répétitions avant qu’une phrase soit définitive</translation>
        </message>
        <message>
            <source>How often the server has to hear the same: less is faster, more is surer.</source>
            <translation>Combien de fois le serveur doit entendre la même chose : moins est plus rapide, plus est plus sûr.</translation>
        </message>
        <message>
            <source>Time limit</source>
            <translation>Limite de temps</translation>
        </message>
        <message>
            <source>Seconds that the server lets a stream last; before that a new one is opened.</source>
            <translation>Secondes pendant lesquelles le serveur laisse durer un flux ; un nouveau est ouvert avant.</translation>
        </message>
        <message>
            <source>Allow no encryption</source>
            <translation>Permettre l’absence de chiffrement</translation>
        </message>
        <message>
            <source>Allow a ws:// address of another computer: anyone on the way can listen.</source>
            <translation>Permettre une adresse ws:// d’un autre ordinateur : tous ceux en chemin peuvent écouter.</translation>
        </message>
        <message>
            <source>WhisperLive server</source>
            <translation>Serveur WhisperLive</translation>
        </message>
        <message>
            <source>The sound is sent to the WhisperLive server that you name.</source>
            <translation>Le son est envoyé au serveur WhisperLive que vous indiquez.</translation>
        </message>
        <message>
            <source>Access key</source>
            <translation>Clé d’accès</translation>
        </message>
        <message>
            <source>Only if the server was started with --api_key, or a gateway asks for one.</source>
            <translation>Seulement si le serveur a été lancé avec --api_key, ou si une passerelle en demande une.</translation>
        </message>
        <message>
            <source>Whisper can't caption {language}.</source>
            <translation>Whisper ne peut pas sous-titrer {language}.</translation>
        </message>
        <message>
            <source>Choose another language or another provider.</source>
            <translation>Choisissez une autre langue ou un autre service.</translation>
        </message>
        <message>
            <source>The option {key} has to be a number from {low} to {high}.</source>
            <translation>L’option {key} doit être un nombre de {low} à {high}.</translation>
        </message>
        <message>
            <source>Correct the option, or leave it out.</source>
            <translation>Corrigez l’option, ou omettez-la.</translation>
        </message>
    </context>
</TS>
