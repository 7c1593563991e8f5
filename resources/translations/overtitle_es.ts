<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="es" sourcelanguage="en">
    <context>
        <name>Accounts</name>
        <message>
            <source>Trying it out…</source>
            <translation>Probando…</translation>
        </message>
        <message>
            <source>Everything works.</source>
            <translation>Todo funciona.</translation>
        </message>
        <message>
            <source>Waiting for the keyring; it may ask for its password…</source>
            <translation>Esperando al llavero; puede pedir su contraseña…</translation>
        </message>
        <message>
            <source>The saved account details are deleted.</source>
            <translation>Los datos de la cuenta guardados se han eliminado.</translation>
        </message>
    </context>
    <context>
        <name>Address</name>
        <message>
            <source>An address has no spaces.</source>
            <translation>Una dirección no lleva espacios.</translation>
        </message>
        <message>
            <source>An address begins with wss:// or https://.</source>
            <translation>Una dirección empieza por wss:// o https://.</translation>
        </message>
        <message>
            <source>The port has to be a number from 1 to 65535.</source>
            <translation>El puerto tiene que ser un número del 1 al 65535.</translation>
        </message>
        <message>
            <source>Leave name and password out of the address.</source>
            <translation>Quite el nombre y la contraseña de la dirección.</translation>
        </message>
        <message>
            <source>The name of the server is missing.</source>
            <translation>Falta el nombre del servidor.</translation>
        </message>
        <message>
            <source>Not encrypted: anyone on the way could listen. It is refused unless you allow it below.</source>
            <translation>Sin cifrar: cualquiera en el camino podría escuchar. Se rechaza si no lo permite más abajo.</translation>
        </message>
    </context>
    <context>
        <name>Amazon</name>
        <message>
            <source>Access key id</source>
            <translation>ID de clave de acceso</translation>
        </message>
        <message>
            <source>Leave all fields empty to use the AWS settings of this computer.</source>
            <translation>Deje todos los campos vacíos para usar la configuración de AWS de este equipo.</translation>
        </message>
        <message>
            <source>Secret access key</source>
            <translation>Clave de acceso secreta</translation>
        </message>
        <message>
            <source>Shown by AWS once, when the access key is made.</source>
            <translation>AWS la muestra una sola vez, al crear la clave de acceso.</translation>
        </message>
        <message>
            <source>Session token</source>
            <translation>Token de sesión</translation>
        </message>
        <message>
            <source>For temporary keys only.</source>
            <translation>Solo para claves temporales.</translation>
        </message>
        <message>
            <source>environment variables</source>
            <translation>variables de entorno</translation>
        </message>
        <message>
            <source>AWS credentials file</source>
            <translation>archivo de credenciales de AWS</translation>
        </message>
        <message>
            <source>AWS configuration file</source>
            <translation>archivo de configuración de AWS</translation>
        </message>
        <message>
            <source>AWS single sign-on</source>
            <translation>inicio de sesión único de AWS</translation>
        </message>
        <message>
            <source>assumed role</source>
            <translation>rol asumido</translation>
        </message>
        <message>
            <source>credential process</source>
            <translation>proceso de credenciales</translation>
        </message>
        <message>
            <source>Access key id and secret access key are needed both.</source>
            <translation>Se necesitan tanto el ID de clave de acceso como la clave secreta.</translation>
        </message>
        <message>
            <source>Enter the missing one, or leave both empty to use the AWS settings of this computer.</source>
            <translation>Introduzca el que falta, o deje ambos vacíos para usar la configuración de AWS de este equipo.</translation>
        </message>
        <message>
            <source>keys given to Overtitle</source>
            <translation>claves dadas a Overtitle</translation>
        </message>
        <message>
            <source>There are no AWS credentials on this computer.</source>
            <translation>No hay credenciales de AWS en este equipo.</translation>
        </message>
        <message>
            <source>Enter an access key, or set up the AWS command line with `aws configure`.</source>
            <translation>Introduzca una clave de acceso, o configure la línea de comandos de AWS con `aws configure`.</translation>
        </message>
        <message>
            <source>Code of the MFA device {device}</source>
            <translation>Código del dispositivo MFA {device}</translation>
        </message>
        <message>
            <source>Code of your MFA device</source>
            <translation>Código de su dispositivo MFA</translation>
        </message>
        <message>
            <source>This AWS profile needs the code of an MFA device.</source>
            <translation>Este perfil de AWS necesita el código de un dispositivo MFA.</translation>
        </message>
        <message>
            <source>Enter the code when asked, or use a profile without MFA.</source>
            <translation>Introduzca el código cuando se le pida, o use un perfil sin MFA.</translation>
        </message>
        <message>
            <source>AWS profile {profile} ({method})</source>
            <translation>perfil de AWS {profile} ({method})</translation>
        </message>
        <message>
            <source>AWS settings of this computer ({method})</source>
            <translation>configuración de AWS de este equipo ({method})</translation>
        </message>
        <message>
            <source>AWS could not be reached to get credentials.</source>
            <translation>No se pudo contactar con AWS para obtener credenciales.</translation>
        </message>
        <message>
            <source>Check this computer's network.</source>
            <translation>Compruebe la red de este equipo.</translation>
        </message>
        <message>
            <source>The AWS single sign-on of profile {profile} has run out.</source>
            <translation>El inicio de sesión único de AWS del perfil {profile} ha caducado.</translation>
        </message>
        <message>
            <source>Run `aws sso login --profile {profile}`.</source>
            <translation>Ejecute `aws sso login --profile {profile}`.</translation>
        </message>
        <message>
            <source>AWS does not accept this code of the MFA device.</source>
            <translation>AWS no acepta este código del dispositivo MFA.</translation>
        </message>
        <message>
            <source>Wait for its next code and try again; each works once.</source>
            <translation>Espere su próximo código e inténtelo de nuevo; cada uno sirve una sola vez.</translation>
        </message>
        <message>
            <source>AWS refuses to give credentials for profile {profile}.</source>
            <translation>AWS se niega a dar credenciales para el perfil {profile}.</translation>
        </message>
        <message>
            <source>Check the profile's role, and whether its keys may assume it.</source>
            <translation>Compruebe el rol del perfil y si sus claves pueden asumirlo.</translation>
        </message>
        <message>
            <source>There is no AWS profile called {profile}.</source>
            <translation>No hay ningún perfil de AWS llamado {profile}.</translation>
        </message>
        <message>
            <source>Check its name with `aws configure list-profiles`.</source>
            <translation>Compruebe su nombre con `aws configure list-profiles`.</translation>
        </message>
        <message>
            <source>The AWS settings of this computer hold half of a key only.</source>
            <translation>La configuración de AWS de este equipo solo contiene la mitad de una clave.</translation>
        </message>
        <message>
            <source>Complete them with `aws configure`.</source>
            <translation>Complétela con `aws configure`.</translation>
        </message>
        <message>
            <source>Overtitle can't use credentials of `aws login`.</source>
            <translation>Overtitle no puede usar las credenciales de `aws login`.</translation>
        </message>
        <message>
            <source>Use `aws sso login`, or enter an access key.</source>
            <translation>Use `aws sso login`, o introduzca una clave de acceso.</translation>
        </message>
        <message>
            <source>The AWS settings of this computer can't be used ({kind}).</source>
            <translation>La configuración de AWS de este equipo no se puede usar ({kind}).</translation>
        </message>
        <message>
            <source>Check them with `aws sts get-caller-identity`.</source>
            <translation>Compruébela con `aws sts get-caller-identity`.</translation>
        </message>
        <message>
            <source>{region} is no name of an AWS region.</source>
            <translation>{region} no es el nombre de una región de AWS.</translation>
        </message>
        <message>
            <source>Choose a region such as us-east-1 or eu-west-1.</source>
            <translation>Elija una región como us-east-1 o eu-west-1.</translation>
        </message>
        <message>
            <source>Amazon Transcribe has no FIPS endpoint in {region}.</source>
            <translation>Amazon Transcribe no tiene punto de conexión FIPS en {region}.</translation>
        </message>
        <message>
            <source>Choose one of {regions}, or set fips=no.</source>
            <translation>Elija entre {regions}, o ponga fips=no.</translation>
        </message>
        <message>
            <source>An endpoint of your own can't be combined with fips or dual-stack.</source>
            <translation>Un punto de conexión propio no se puede combinar con fips ni dual-stack.</translation>
        </message>
        <message>
            <source>Give the address that you want, and set fips=no and dual-stack=no.</source>
            <translation>Dé la dirección que desea, y ponga fips=no y dual-stack=no.</translation>
        </message>
        <message>
            <source>The endpoint is no address.</source>
            <translation>El punto de conexión no es una dirección.</translation>
        </message>
        <message>
            <source>Give an address such as wss://host:8443.</source>
            <translation>Dé una dirección como wss://host:8443.</translation>
        </message>
        <message>
            <source>Check region, options and credentials, or ask AWS support about request {id}.</source>
            <translation>Compruebe la región, las opciones y las credenciales, o pregunte al soporte de AWS por la solicitud {id}.</translation>
        </message>
        <message>
            <source>If it stays, look at the AWS Health Dashboard, or ask AWS support about request {id}.</source>
            <translation>Si continúa, consulte el AWS Health Dashboard o pregunte al soporte de AWS por la solicitud {id}.</translation>
        </message>
        <message>
            <source>Amazon Transcribe reports an error ({kind}).</source>
            <translation>Amazon Transcribe comunica un error ({kind}).</translation>
        </message>
        <message>
            <source>If it stays, look at the AWS Health Dashboard.</source>
            <translation>Si continúa, consulte el AWS Health Dashboard.</translation>
        </message>
        <message>
            <source>The session token of these AWS credentials has expired.</source>
            <translation>El token de sesión de estas credenciales de AWS ha caducado.</translation>
        </message>
        <message>
            <source>Get new temporary credentials, or run `aws sso login` for an SSO profile.</source>
            <translation>Obtenga nuevas credenciales temporales, o ejecute `aws sso login` para un perfil SSO.</translation>
        </message>
        <message>
            <source>This endpoint belongs to another AWS region than the one that was signed for.</source>
            <translation>Este punto de conexión pertenece a otra región de AWS que la de la firma.</translation>
        </message>
        <message>
            <source>Set the option region to the endpoint's region.</source>
            <translation>Ponga en la opción region la región del punto de conexión.</translation>
        </message>
        <message>
            <source>AWS does not know this access key, or its session token is missing or another key's.</source>
            <translation>AWS no conoce esta clave de acceso, o su token de sesión falta o es de otra clave.</translation>
        </message>
        <message>
            <source>Check the access key id. One that begins with ASIA needs its session token.</source>
            <translation>Compruebe el ID de clave de acceso. Uno que empieza por ASIA necesita su token de sesión.</translation>
        </message>
        <message>
            <source>AWS received another request than the one that was signed; what differs: {parts}.</source>
            <translation>AWS recibió una solicitud distinta de la que se firmó; lo que difiere: {parts}.</translation>
        </message>
        <message>
            <source>Check the option endpoint, and the proxy: something on the way changes the request.</source>
            <translation>Compruebe la opción endpoint y el proxy: algo cambia la solicitud por el camino.</translation>
        </message>
        <message>
            <source>The secret access key does not belong to the access key id.</source>
            <translation>La clave de acceso secreta no corresponde al ID de clave de acceso.</translation>
        </message>
        <message>
            <source>Enter both once more, without spaces around them.</source>
            <translation>Introduzca ambos otra vez, sin espacios alrededor.</translation>
        </message>
        <message>
            <source>AWS takes the signature for too old or too new; this computer's clock is probably wrong.</source>
            <translation>AWS considera la firma demasiado antigua o demasiado nueva; el reloj de este equipo seguramente va mal.</translation>
        </message>
        <message>
            <source>Set the clock to be kept right automatically.</source>
            <translation>Active el ajuste automático de la hora.</translation>
        </message>
        <message>
            <source>This computer's clock is off by {minutes} min.</source>
            <translation>El reloj de este equipo está desajustado en {minutes} min.</translation>
        </message>
        <message>
            <source>These AWS credentials are right, but may not stream to Amazon Transcribe.</source>
            <translation>Estas credenciales de AWS son correctas, pero no pueden transmitir a Amazon Transcribe.</translation>
        </message>
        <message>
            <source>Ask who runs the AWS account for this policy: {policy}</source>
            <translation>Pida esta política a quien administra la cuenta de AWS: {policy}</translation>
        </message>
        <message>
            <source>This AWS account is not signed up for Amazon Transcribe.</source>
            <translation>Esta cuenta de AWS no está dada de alta en Amazon Transcribe.</translation>
        </message>
        <message>
            <source>Open Amazon Transcribe once in the AWS console, in the same region.</source>
            <translation>Abra una vez Amazon Transcribe en la consola de AWS, en la misma región.</translation>
        </message>
        <message>
            <source>Amazon Transcribe closed the stream because it received no sound for 15 seconds.</source>
            <translation>Amazon Transcribe cerró la transmisión porque no recibió sonido durante 15 segundos.</translation>
        </message>
        <message>
            <source>Check the device; captions go on with the next sound.</source>
            <translation>Compruebe el dispositivo; los subtítulos siguen con el próximo sonido.</translation>
        </message>
        <message>
            <source>Amazon Transcribe received a piece of sound that was too big.</source>
            <translation>Amazon Transcribe recibió un fragmento de sonido demasiado grande.</translation>
        </message>
        <message>
            <source>Another stream has taken over this session id.</source>
            <translation>Otra transmisión ha tomado este ID de sesión.</translation>
        </message>
        <message>
            <source>Leave the option session-id empty.</source>
            <translation>Deje vacía la opción session-id.</translation>
        </message>
        <message>
            <source>This AWS account has reached its number of streams at a time, or starts them too fast.</source>
            <translation>Esta cuenta de AWS ha alcanzado su número de transmisiones simultáneas, o las inicia demasiado rápido.</translation>
        </message>
        <message>
            <source>Close other streams, or raise “Number of concurrent streams” in AWS Service Quotas.</source>
            <translation>Cierre otras transmisiones, o aumente «Number of concurrent streams» en AWS Service Quotas.</translation>
        </message>
        <message>
            <source>Amazon Transcribe has a fault of its own at the moment.</source>
            <translation>Amazon Transcribe tiene un fallo propio en este momento.</translation>
        </message>
        <message>
            <source>The stream reached Amazon's limit of four hours; a new one is opened.</source>
            <translation>La transmisión alcanzó el límite de cuatro horas de Amazon; se abre otra nueva.</translation>
        </message>
        <message>
            <source>Amazon Transcribe does not accept the request.</source>
            <translation>Amazon Transcribe no acepta la petición.</translation>
        </message>
        <message>
            <source>Check the options of this provider, its language and its region.</source>
            <translation>Compruebe las opciones de este proveedor, su idioma y su región.</translation>
        </message>
        <message>
            <source>Amazon Transcribe does not accept the request: {reason}</source>
            <translation>Amazon Transcribe no acepta la petición: {reason}</translation>
        </message>
        <message>
            <source>Amazon Transcribe ended the stream before the sound was over.</source>
            <translation>Amazon Transcribe terminó la transmisión antes de que acabara el sonido.</translation>
        </message>
        <message>
            <source>Amazon Transcribe ended the stream before it had understood any sound.</source>
            <translation>Amazon Transcribe terminó la transmisión antes de haber entendido ningún sonido.</translation>
        </message>
        <message>
            <source>The language may not be offered in this region; try another region.</source>
            <translation>Puede que el idioma no se ofrezca en esta región; pruebe otra.</translation>
        </message>
        <message>
            <source>The connection to Amazon Transcribe broke without a reason.</source>
            <translation>La conexión con Amazon Transcribe se cortó sin dar un motivo.</translation>
        </message>
        <message>
            <source>Amazon Transcribe closed the connection without a reason (code {code}).</source>
            <translation>Amazon Transcribe cerró la conexión sin dar un motivo (código {code}).</translation>
        </message>
        <message>
            <source>What answers at this address does not speak as Amazon Transcribe does.</source>
            <translation>Lo que responde en esta dirección no habla como Amazon Transcribe.</translation>
        </message>
        <message>
            <source>Check the option endpoint; a proxy may change what passes through it.</source>
            <translation>Compruebe la opción endpoint; puede que un proxy cambie lo que pasa por él.</translation>
        </message>
        <message>
            <source>A message of Amazon Transcribe arrived damaged.</source>
            <translation>Un mensaje de Amazon Transcribe llegó dañado.</translation>
        </message>
        <message>
            <source>Amazon Transcribe has no streaming endpoint of this kind in {region}.</source>
            <translation>Amazon Transcribe no tiene un punto de conexión de transmisión de este tipo en {region}.</translation>
        </message>
        <message>
            <source>Choose another region, such as us-east-1 or eu-west-1.</source>
            <translation>Elija otra región, como us-east-1 o eu-west-1.</translation>
        </message>
        <message>
            <source>Sound can't be sent as {encoding}: this computer has no libsndfile that makes it.</source>
            <translation>El sonido no se puede enviar como {encoding}: este equipo no tiene una libsndfile que lo produzca.</translation>
        </message>
        <message>
            <source>Set encoding=pcm, or install the package soundfile.</source>
            <translation>Ponga encoding=pcm o instale el paquete soundfile.</translation>
        </message>
        <message>
            <source>Amazon Transcribe does not stream the language {language}.</source>
            <translation>Amazon Transcribe no transcribe en directo el idioma {language}.</translation>
        </message>
        <message>
            <source>Choose another language or another provider.</source>
            <translation>Elija otro idioma u otro proveedor.</translation>
        </message>
        <message>
            <source>Region</source>
            <translation>Región</translation>
        </message>
        <message>
            <source>AWS region, such as eu-west-1. Empty: that of the AWS settings, or us-east-1.</source>
            <translation>Región de AWS, como eu-west-1. Vacío: la de la configuración de AWS, o us-east-1.</translation>
        </message>
        <message>
            <source>AWS profile</source>
            <translation>Perfil de AWS</translation>
        </message>
        <message>
            <source>Name of a profile in the AWS settings of this computer; goes before stored keys.</source>
            <translation>Nombre de un perfil de la configuración de AWS de este equipo; va antes que las claves guardadas.</translation>
        </message>
        <message>
            <source>Endpoint</source>
            <translation>Punto de conexión</translation>
        </message>
        <message>
            <source>Address of a private endpoint, such as wss://host:8443. Empty: the region's own.</source>
            <translation>Dirección de un punto de conexión privado, como wss://host:8443. Vacío: el de la región.</translation>
        </message>
        <message>
            <source>FIPS endpoint</source>
            <translation>Punto de conexión FIPS</translation>
        </message>
        <message>
            <source>Use the region's FIPS endpoint.</source>
            <translation>Usar el punto de conexión FIPS de la región.</translation>
        </message>
        <message>
            <source>Dual-stack endpoint</source>
            <translation>Punto de conexión de doble pila</translation>
        </message>
        <message>
            <source>Reach the service over IPv6 too.</source>
            <translation>Llegar al servicio también por IPv6.</translation>
        </message>
        <message>
            <source>Encoding of the sound</source>
            <translation>Codificación del sonido</translation>
        </message>
        <message>
            <source>flac halves what is sent and loses nothing; ogg-opus sends a tenth and loses a little.</source>
            <translation>flac reduce el envío a la mitad sin perder nada; ogg-opus envía una décima parte y pierde un poco.</translation>
        </message>
        <message>
            <source>Both sides in one stream</source>
            <translation>Ambos lados en un flujo</translation>
        </message>
        <message>
            <source>You and the others as the two channels of one stream, instead of one stream each.</source>
            <translation>Usted y los demás como los dos canales de un solo flujo, en vez de un flujo cada uno.</translation>
        </message>
        <message>
            <source>Allow no encryption</source>
            <translation>Permitir conexiones sin cifrar</translation>
        </message>
        <message>
            <source>Allow a ws:// endpoint on another computer: anyone on the way can listen.</source>
            <translation>Permitir un punto de conexión ws:// en otro equipo: cualquiera por el camino puede escuchar.</translation>
        </message>
        <message>
            <source>Custom vocabulary</source>
            <translation>Vocabulario personalizado</translation>
        </message>
        <message>
            <source>Its name in your account; it has to be in the caption language.</source>
            <translation>Su nombre en su cuenta; tiene que estar en el idioma de los subtítulos.</translation>
        </message>
        <message>
            <source>Custom vocabularies</source>
            <translation>Vocabularios personalizados</translation>
        </message>
        <message>
            <source>Names separated by commas, when the language is identified.</source>
            <translation>Nombres separados por comas, cuando se identifica el idioma.</translation>
        </message>
        <message>
            <source>Vocabulary filter</source>
            <translation>Filtro de vocabulario</translation>
        </message>
        <message>
            <source>Vocabulary filters</source>
            <translation>Filtros de vocabulario</translation>
        </message>
        <message>
            <source>Filtered words</source>
            <translation>Palabras filtradas</translation>
        </message>
        <message>
            <source>What happens to words of the filter.</source>
            <translation>Qué pasa con las palabras del filtro.</translation>
        </message>
        <message>
            <source>The service decides</source>
            <translation>El servicio decide</translation>
        </message>
        <message>
            <source>Shown as ***</source>
            <translation>Sustituidas por ***</translation>
        </message>
        <message>
            <source>Left out</source>
            <translation>Suprimidas</translation>
        </message>
        <message>
            <source>Shown, and marked by the service</source>
            <translation>Mostradas y señaladas por el servicio</translation>
        </message>
        <message>
            <source>Tell speakers apart</source>
            <translation>Distinguir a los hablantes</translation>
        </message>
        <message>
            <source>Speakers within one side of the call; known with the final text only.</source>
            <translation>Hablantes de un mismo lado de la llamada; se conocen solo con el texto definitivo.</translation>
        </message>
        <message>
            <source>Stable words</source>
            <translation>Palabras estables</translation>
        </message>
        <message>
            <source>How soon words stop changing: the sooner (high), the less accurate.</source>
            <translation>Cuándo dejan de cambiar las palabras: cuanto antes (high), menos precisión.</translation>
        </message>
        <message>
            <source>Soon</source>
            <translation>Pronto</translation>
        </message>
        <message>
            <source>Late, most accurate</source>
            <translation>Tarde, con la mayor precisión</translation>
        </message>
        <message>
            <source>At once, least accurate</source>
            <translation>Al instante, con menos precisión</translation>
        </message>
        <message>
            <source>With the final text only</source>
            <translation>Solo con el texto definitivo</translation>
        </message>
        <message>
            <source>Mark personal data</source>
            <translation>Marcar los datos personales</translation>
        </message>
        <message>
            <source>Not together with hiding it.</source>
            <translation>No a la vez que ocultarlos.</translation>
        </message>
        <message>
            <source>Do not mark</source>
            <translation>No señalar</translation>
        </message>
        <message>
            <source>Mark</source>
            <translation>Señalar</translation>
        </message>
        <message>
            <source>Hide personal data</source>
            <translation>Ocultar los datos personales</translation>
        </message>
        <message>
            <source>Not together with marking it.</source>
            <translation>No a la vez que marcarlos.</translation>
        </message>
        <message>
            <source>Do not hide</source>
            <translation>No ocultar</translation>
        </message>
        <message>
            <source>Hide</source>
            <translation>Ocultar</translation>
        </message>
        <message>
            <source>Kinds of personal data</source>
            <translation>Tipos de datos personales</translation>
        </message>
        <message>
            <source>Kinds separated by commas, such as NAME,PHONE, or ALL.</source>
            <translation>Tipos separados por comas, como NAME,PHONE, o ALL.</translation>
        </message>
        <message>
            <source>Custom language model</source>
            <translation>Modelo de idioma personalizado</translation>
        </message>
        <message>
            <source>Its name in your account; one in another language is ignored without a word.</source>
            <translation>Su nombre en su cuenta; si es de otro idioma, se ignora sin avisar.</translation>
        </message>
        <message>
            <source>Identify the language</source>
            <translation>Identificar el idioma</translation>
        </message>
        <message>
            <source>The service finds out which of the language options is spoken.</source>
            <translation>El servicio averigua cuál de los idiomas posibles se habla.</translation>
        </message>
        <message>
            <source>Identify several languages</source>
            <translation>Identificar varios idiomas</translation>
        </message>
        <message>
            <source>As above, when the language changes on the way.</source>
            <translation>Como arriba, cuando el idioma cambia por el camino.</translation>
        </message>
        <message>
            <source>Language options</source>
            <translation>Idiomas posibles</translation>
        </message>
        <message>
            <source>Two or more tags separated by commas, one for each language, such as en-US,fr-FR.</source>
            <translation>Dos o más códigos separados por comas, uno por idioma, como en-US,fr-FR.</translation>
        </message>
        <message>
            <source>Preferred language</source>
            <translation>Idioma preferido</translation>
        </message>
        <message>
            <source>The likeliest of the language options.</source>
            <translation>El más probable de los idiomas posibles.</translation>
        </message>
        <message>
            <source>Session id</source>
            <translation>ID de sesión</translation>
        </message>
        <message>
            <source>A UUID; empty: a new one for each stream.</source>
            <translation>Un UUID; vacío: uno nuevo para cada transmisión.</translation>
        </message>
        <message>
            <source>Session resume window</source>
            <translation>Plazo para reanudar la sesión</translation>
        </message>
        <message>
            <source>Minutes in which a stream may come back under its session id.</source>
            <translation>Minutos en los que una transmisión puede volver con su ID de sesión.</translation>
        </message>
        <message>
            <source>Numbers and dates</source>
            <translation>Números y fechas</translation>
        </message>
        <message>
            <source>As digits (WRITTEN) or as words (SPOKEN).</source>
            <translation>Con cifras (WRITTEN) o con palabras (SPOKEN).</translation>
        </message>
        <message>
            <source>In digits</source>
            <translation>Con cifras</translation>
        </message>
        <message>
            <source>In words</source>
            <translation>Con palabras</translation>
        </message>
        <message>
            <source>Give one of {choices}.</source>
            <translation>Dé uno de {choices}.</translation>
        </message>
        <message>
            <source>Give yes or no.</source>
            <translation>Dé yes o no.</translation>
        </message>
        <message>
            <source>There is no such option; see docs/providers/amazon-transcribe.md.</source>
            <translation>No existe esa opción; vea docs/providers/amazon-transcribe.md.</translation>
        </message>
        <message>
            <source>Give one name of letters, digits, dots, hyphens and underscores.</source>
            <translation>Dé un solo nombre de letras, cifras, puntos, guiones y guiones bajos.</translation>
        </message>
        <message>
            <source>Give whole minutes from 1 to 300.</source>
            <translation>Dé minutos enteros, de 1 a 300.</translation>
        </message>
        <message>
            <source>Give a UUID of 36 characters.</source>
            <translation>Dé un UUID de 36 caracteres.</translation>
        </message>
        <message>
            <source>It needs {needed} as well.</source>
            <translation>También hace falta {needed}.</translation>
        </message>
        <message>
            <source>It can't be combined with {other}.</source>
            <translation>No se puede combinar con {other}.</translation>
        </message>
        <message>
            <source>Amazon Transcribe takes 8 to 48 kHz sound with one or two channels.</source>
            <translation>Amazon Transcribe admite sonido de 8 a 48 kHz, con uno o dos canales.</translation>
        </message>
        <message>
            <source>Please report this: the program should have converted the sound.</source>
            <translation>Por favor, informe de esto: el programa debería haber convertido el sonido.</translation>
        </message>
        <message>
            <source>Give two or more tags, one for each language, such as en-US,fr-FR.</source>
            <translation>Dé dos o más códigos, uno por idioma, como en-US,fr-FR.</translation>
        </message>
        <message>
            <source>Give ALL or some of {choices}.</source>
            <translation>Dé ALL o algunos de {choices}.</translation>
        </message>
        <message>
            <source>The option {key} can't be used like this.</source>
            <translation>La opción {key} no se puede usar así.</translation>
        </message>
        <message>
            <source>permission to stream</source>
            <translation>permiso para transmitir</translation>
        </message>
        <message>
            <source>clock</source>
            <translation>reloj</translation>
        </message>
        <message>
            <source>credentials</source>
            <translation>credenciales</translation>
        </message>
        <message>
            <source>Amazon Transcribe</source>
            <translation>Amazon Transcribe</translation>
        </message>
        <message>
            <source>The sound is sent to Amazon Web Services, to the region that you choose.</source>
            <translation>El sonido se envía a Amazon Web Services, a la región que usted elija.</translation>
        </message>
    </context>
    <context>
        <name>Audio</name>
        <message>
            <source>Plug it in again, or choose another device.</source>
            <translation>Vuelva a conectarlo o elija otro dispositivo.</translation>
        </message>
        <message>
            <source>{name} was disconnected, so it can't be heard any more.</source>
            <translation>{name} se ha desconectado y ya no se oye.</translation>
        </message>
        <message>
            <source>{name} has stopped delivering sound.</source>
            <translation>{name} ha dejado de enviar sonido.</translation>
        </message>
        <message>
            <source>The system now uses another device than {name}.</source>
            <translation>El sistema usa ahora otro dispositivo distinto de {name}.</translation>
        </message>
        <message>
            <source>Nothing to do: Overtitle follows by itself.</source>
            <translation>No hay que hacer nada: Overtitle se adapta solo.</translation>
        </message>
        <message>
            <source>System sound can't be heard on this Mac: that needs macOS 14.2 or later.</source>
            <translation>En este Mac no se puede escuchar el sonido del sistema: hace falta macOS 14.2 o posterior.</translation>
        </message>
        <message>
            <source>Update macOS, or install a virtual device such as BlackHole and choose it as microphone.</source>
            <translation>Actualice macOS, o instale un dispositivo virtual como BlackHole y elíjalo como micrófono.</translation>
        </message>
        <message>
            <source>The system's sound could not be tapped.</source>
            <translation>No se ha podido captar el sonido del sistema.</translation>
        </message>
        <message>
            <source>Allow it under System Settings, Privacy &amp; Security, Screen &amp; System Audio Recording.</source>
            <translation>Permítalo en Ajustes del Sistema, Privacidad y seguridad, Grabación de pantalla y audio del sistema.</translation>
        </message>
        <message>
            <source>{name} is a film or a compressed format that needs an addition to be read.</source>
            <translation>{name} es un vídeo o un formato comprimido que necesita un complemento para leerse.</translation>
        </message>
        <message>
            <source>Install it with `pip install overtitle[media]`, or convert the file to WAV, FLAC or MP3.</source>
            <translation>Instálelo con `pip install overtitle[media]`, o convierta el archivo a WAV, FLAC o MP3.</translation>
        </message>
        <message>
            <source>There is no file {path}.</source>
            <translation>No existe el archivo {path}.</translation>
        </message>
        <message>
            <source>Check the name and the folder.</source>
            <translation>Compruebe el nombre y la carpeta.</translation>
        </message>
        <message>
            <source>{path} is a folder, not a recording.</source>
            <translation>{path} es una carpeta, no una grabación.</translation>
        </message>
        <message>
            <source>Name a file inside it.</source>
            <translation>Indique un archivo de esa carpeta.</translation>
        </message>
        <message>
            <source>The file {path} may not be read.</source>
            <translation>No hay permiso para leer el archivo {path}.</translation>
        </message>
        <message>
            <source>Change its permissions, or copy it to a folder of your own.</source>
            <translation>Cambie sus permisos o cópielo a una carpeta propia.</translation>
        </message>
        <message>
            <source>The file {path} can't be opened: {reason}.</source>
            <translation>No se puede abrir el archivo {path}: {reason}.</translation>
        </message>
        <message>
            <source>Check the disk it is on, or copy the file elsewhere.</source>
            <translation>Compruebe el disco en el que está o copie el archivo a otro lugar.</translation>
        </message>
        <message>
            <source>The file {name} is empty.</source>
            <translation>El archivo {name} está vacío.</translation>
        </message>
        <message>
            <source>Choose another recording.</source>
            <translation>Elija otra grabación.</translation>
        </message>
        <message>
            <source>There is no sound in {name}.</source>
            <translation>No hay sonido en {name}.</translation>
        </message>
        <message>
            <source>{name} is not a recording that can be read; it may be damaged or no sound at all.</source>
            <translation>{name} no es una grabación legible; puede estar dañada o no ser sonido.</translation>
        </message>
        <message>
            <source>WAV, FLAC, Ogg and MP3 files work; convert other recordings to one of them.</source>
            <translation>Sirven los archivos WAV, FLAC, Ogg y MP3; convierta los demás a uno de ellos.</translation>
        </message>
        <message>
            <source>{name} is damaged; only the part before the damage was read.</source>
            <translation>{name} está dañado; solo se ha leído la parte anterior al daño.</translation>
        </message>
        <message>
            <source>Try to get a whole copy of the recording.</source>
            <translation>Intente conseguir una copia completa de la grabación.</translation>
        </message>
        <message>
            <source>The libsndfile library is missing, so only plain 16-bit WAV files can be read.</source>
            <translation>Falta la biblioteca libsndfile: solo se pueden leer archivos WAV sencillos de 16 bits.</translation>
        </message>
        <message>
            <source>Install it: `sudo apt install libsndfile1`, or `sudo dnf install libsndfile`.</source>
            <translation>Instálela: `sudo apt install libsndfile1` o `sudo dnf install libsndfile`.</translation>
        </message>
        <message>
            <source>{name} has no sound track.</source>
            <translation>{name} no tiene pista de sonido.</translation>
        </message>
        <message>
            <source>{name} can't be used. {reason}</source>
            <translation>No se puede usar {name}. {reason}</translation>
        </message>
        <message>
            <source>There is no device called {name}.</source>
            <translation>No hay ningún dispositivo llamado {name}.</translation>
        </message>
        <message>
            <source>Did you mean {names}?</source>
            <translation>¿Quería decir {names}?</translation>
        </message>
        <message>
            <source>`overtitle devices` lists what is connected; `mic` and `system` always work.</source>
            <translation>`overtitle devices` muestra lo que está conectado; `mic` y `system` funcionan siempre.</translation>
        </message>
        <message>
            <source>No microphone is connected.</source>
            <translation>No hay ningún micrófono conectado.</translation>
        </message>
        <message>
            <source>Plug one in; it is found by itself.</source>
            <translation>Conecte uno; se detectará solo.</translation>
        </message>
        <message>
            <source>This computer has no sound output.</source>
            <translation>Este equipo no tiene ninguna salida de audio.</translation>
        </message>
        <message>
            <source>Connect a headset or speakers.</source>
            <translation>Conecte unos auriculares o altavoces.</translation>
        </message>
        <message>
            <source>No sound output called {name} is connected.</source>
            <translation>No hay ninguna salida de audio llamada {name} conectada.</translation>
        </message>
        <message>
            <source>Choose one of: {names}.</source>
            <translation>Elija una de estas: {names}.</translation>
        </message>
        <message>
            <source>The PortAudio library is missing, so no sound can be recorded on this computer.</source>
            <translation>Falta la biblioteca PortAudio: en este equipo no se puede captar sonido.</translation>
        </message>
        <message>
            <source>Install it: `sudo apt install libportaudio2`, or `sudo dnf install portaudio`.</source>
            <translation>Instálela: `sudo apt install libportaudio2` o `sudo dnf install portaudio`.</translation>
        </message>
        <message>
            <source>The link between PortAudio and the sound server is missing, so no sound can be recorded.</source>
            <translation>Falta el enlace entre PortAudio y el servidor de sonido: no se puede captar sonido.</translation>
        </message>
        <message>
            <source>Install it: `sudo apt install libasound2-plugins`, or `sudo dnf install alsa-plugins-pulseaudio`.</source>
            <translation>Instálelo: `sudo apt install libasound2-plugins` o `sudo dnf install alsa-plugins-pulseaudio`.</translation>
        </message>
        <message>
            <source>{name} is not connected.</source>
            <translation>{name} no está conectado.</translation>
        </message>
        <message>
            <source>Plug it in, or choose another device.</source>
            <translation>Conéctelo o elija otro dispositivo.</translation>
        </message>
        <message>
            <source>{name} delivers sound in a form that can't be used.</source>
            <translation>{name} envía el sonido en una forma que no se puede usar.</translation>
        </message>
        <message>
            <source>Choose another device, or another sample rate in the system's sound settings.</source>
            <translation>Elija otro dispositivo, u otra frecuencia en los ajustes de sonido del sistema.</translation>
        </message>
        <message>
            <source>The system does not let this program use {name}.</source>
            <translation>El sistema no permite que este programa use {name}.</translation>
        </message>
        <message>
            <source>Allow microphone access in the system's privacy settings, and close programs that hold it.</source>
            <translation>Permita el acceso al micrófono en los ajustes de privacidad del sistema y cierre los programas que lo ocupen.</translation>
        </message>
        <message>
            <source>{name} could not be opened.</source>
            <translation>No se ha podido abrir {name}.</translation>
        </message>
        <message>
            <source>Unplug it and plug it in again, or choose another device.</source>
            <translation>Desconéctelo y vuelva a conectarlo, o elija otro dispositivo.</translation>
        </message>
        <message>
            <source>The PulseAudio library is missing, so microphones and system sound can't be found.</source>
            <translation>Falta la biblioteca PulseAudio: no se encuentran ni los micrófonos ni el sonido del sistema.</translation>
        </message>
        <message>
            <source>Install it: `sudo apt install libpulse0`, or `sudo dnf install pulseaudio-libs`.</source>
            <translation>Instálela: `sudo apt install libpulse0` o `sudo dnf install pulseaudio-libs`.</translation>
        </message>
        <message>
            <source>No sound server answers, so there is neither a microphone nor system sound.</source>
            <translation>Ningún servidor de sonido responde: no hay ni micrófono ni sonido del sistema.</translation>
        </message>
        <message>
            <source>Start PipeWire or PulseAudio (`systemctl --user start pipewire-pulse`) and try again.</source>
            <translation>Inicie PipeWire o PulseAudio (`systemctl --user start pipewire-pulse`) e inténtelo de nuevo.</translation>
        </message>
        <message>
            <source>The sound server has stopped, so nothing can be heard.</source>
            <translation>El servidor de sonido se ha detenido: no se oye nada.</translation>
        </message>
        <message>
            <source>This computer has no sound output, so there is no system sound to hear.</source>
            <translation>Este equipo no tiene salida de sonido: no hay sonido del sistema que escuchar.</translation>
        </message>
        <message>
            <source>The SoundCard library can't be used, so system sound can't be heard.</source>
            <translation>No se puede usar la biblioteca SoundCard: no se oye el sonido del sistema.</translation>
        </message>
        <message>
            <source>Install Overtitle again, or use a microphone only.</source>
            <translation>Vuelva a instalar Overtitle o use solo un micrófono.</translation>
        </message>
    </context>
    <context>
        <name>BarMenu</name>
        <message>
            <source>What did I miss</source>
            <translation>Qué me he perdido</translation>
        </message>
        <message>
            <source>Scroll back</source>
            <translation>Volver atrás</translation>
        </message>
        <message>
            <source>Copy the words on show</source>
            <translation>Copiar las palabras visibles</translation>
        </message>
        <message>
            <source>Mark this moment…</source>
            <translation>Marcar este momento…</translation>
        </message>
        <message>
            <source>Mute: {lane}</source>
            <translation>Silenciar: {lane}</translation>
        </message>
        <message>
            <source>Place</source>
            <translation>Lugar</translation>
        </message>
        <message>
            <source>Colours</source>
            <translation>Colores</translation>
        </message>
        <message>
            <source>Here the desktop decides where the bar stands, and may cover it</source>
            <translation>Aquí el escritorio decide dónde está la barra y puede taparla</translation>
        </message>
        <message>
            <source>Docks keep no space free on this system</source>
            <translation>En este sistema, las franjas no reservan su espacio</translation>
        </message>
        <message>
            <source>Hide from screen sharing</source>
            <translation>Ocultar al compartir la pantalla</translation>
        </message>
        <message>
            <source>Settings of the caption bar…</source>
            <translation>Ajustes de la barra de subtítulos…</translation>
        </message>
        <message>
            <source>Lock (Ctrl+L or the tray unlocks)</source>
            <translation>Bloquear (Ctrl+L o el icono del sistema la desbloquea)</translation>
        </message>
        <message>
            <source>Hide the caption bar</source>
            <translation>Ocultar la barra de subtítulos</translation>
        </message>
    </context>
    <context>
        <name>BarWords</name>
        <message>
            <source>Paused</source>
            <translation>En pausa</translation>
        </message>
        <message>
            <source>The service is away; captions come from this computer</source>
            <translation>El servicio no responde; los subtítulos los hace este equipo</translation>
        </message>
        <message>
            <source>Getting ready</source>
            <translation>Preparando</translation>
        </message>
        <message>
            <source>Reconnecting, keeping your words</source>
            <translation>Reconectando, sin perder sus palabras</translation>
        </message>
        <message>
            <source>Captions have stopped</source>
            <translation>Los subtítulos se han detenido</translation>
        </message>
        <message>
            <source>Catching up, {seconds} s behind</source>
            <translation>Poniéndose al día, {seconds} s de retraso</translation>
        </message>
    </context>
    <context>
        <name>CallStrip</name>
        <message>
            <source>Address and callers…</source>
            <translation>Dirección y llamadas…</translation>
        </message>
        <message>
            <source>A call from here: nobody is heard yet</source>
            <translation>Una llamada desde aquí: aún no se oye a nadie</translation>
        </message>
        <message>
            <source>Waiting for a call at {url}</source>
            <translation>A la espera de una llamada en {url}</translation>
        </message>
        <message>
            <source>Remote audio from {count} callers: {addresses} …</source>
            <translation>Sonido remoto de {count} llamadas: {addresses} …</translation>
        </message>
        <message>
            <source>Remote audio from {addresses}</source>
            <translation>Sonido remoto de {addresses}</translation>
        </message>
    </context>
    <context>
        <name>Captions</name>
        <message>
            <source>Captions will appear here</source>
            <translation>Los subtítulos aparecerán aquí</translation>
        </message>
    </context>
    <context>
        <name>Choices</name>
        <message>
            <source>System default</source>
            <translation>Lo que elija el sistema</translation>
        </message>
        <message>
            <source>{provider} · sends sound</source>
            <translation>{provider} · envía el sonido</translation>
        </message>
        <message>
            <source>{provider} · private</source>
            <translation>{provider} · privado</translation>
        </message>
        <message>
            <source>Remote calls</source>
            <translation>Llamadas remotas</translation>
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
        <name>ConsentStrip</name>
        <message>
            <source>Copy</source>
            <translation>Copiar</translation>
        </message>
        <message>
            <source>Copy the sentence, say for the call's chat</source>
            <translation>Copiar la frase, por ejemplo para el chat de la llamada</translation>
        </message>
        <message>
            <source>I told them</source>
            <translation>Ya se lo dije</translation>
        </message>
        <message>
            <source>Marks this moment in the transcript</source>
            <translation>Marca este momento en la transcripción</translation>
        </message>
        <message>
            <source>Don't remind me</source>
            <translation>No volver a recordármelo</translation>
        </message>
        <message>
            <source>Hide this reminder</source>
            <translation>Ocultar este recordatorio</translation>
        </message>
        <message>
            <source>Tell the others that you caption this call: “{sentence}”</source>
            <translation>Diga a los demás que subtitula esta llamada: «{sentence}»</translation>
        </message>
        <message>
            <source>I use live captions made on my computer, and I record sound and text. Is that all right?</source>
            <translation>Uso subtítulos en directo hechos en mi ordenador y grabo el sonido y el texto. ¿Le parece bien?</translation>
        </message>
        <message>
            <source>I use live captions made by an online service, and I record sound and text. Is that all right?</source>
            <translation>Uso subtítulos en directo hechos por un servicio en línea y grabo el sonido y el texto. ¿Le parece bien?</translation>
        </message>
        <message>
            <source>I use live captions made on my computer, and I keep the text. Is that all right?</source>
            <translation>Uso subtítulos en directo hechos en mi ordenador y guardo el texto. ¿Le parece bien?</translation>
        </message>
        <message>
            <source>I use live captions made by an online service, and I keep the text. Is that all right?</source>
            <translation>Uso subtítulos en directo hechos por un servicio en línea y guardo el texto. ¿Le parece bien?</translation>
        </message>
        <message>
            <source>I use live captions made on my computer; nothing is kept. Is that all right?</source>
            <translation>Uso subtítulos en directo hechos en mi ordenador; no se guarda nada. ¿Le parece bien?</translation>
        </message>
        <message>
            <source>I use live captions made by an online service; I keep nothing. Is that all right?</source>
            <translation>Uso subtítulos en directo hechos por un servicio en línea; no guardo nada. ¿Le parece bien?</translation>
        </message>
        <message>
            <source>The others were told of the captions</source>
            <translation>Se avisó a los demás de los subtítulos</translation>
        </message>
    </context>
    <context>
        <name>Controls</name>
        <message>
            <source>Captions are running</source>
            <translation>Subtítulos en marcha</translation>
        </message>
    </context>
    <context>
        <name>CredentialInput</name>
        <message>
            <source>Show</source>
            <translation>Mostrar</translation>
        </message>
        <message>
            <source>Forget</source>
            <translation>Olvidar</translation>
        </message>
        <message>
            <source>{field} (optional)</source>
            <translation>{field} (opcional)</translation>
        </message>
        <message>
            <source>Show what is typed: {field}</source>
            <translation>Mostrar lo que se escribe: {field}</translation>
        </message>
        <message>
            <source>Forget what is saved: {field}</source>
            <translation>Olvidar lo guardado: {field}</translation>
        </message>
        <message>
            <source>“{field}” is needed.</source>
            <translation>Hace falta «{field}».</translation>
        </message>
        <message>
            <source>Hide</source>
            <translation>Ocultar</translation>
        </message>
        <message>
            <source>Will be forgotten when you save</source>
            <translation>Se olvidará al guardar</translation>
        </message>
        <message>
            <source>Set by {variable}</source>
            <translation>Fijado por {variable}</translation>
        </message>
        <message>
            <source>Known for this run; type to replace it</source>
            <translation>Conocido por esta vez; escriba para reemplazarlo</translation>
        </message>
        <message>
            <source>Saved; type to replace it</source>
            <translation>Guardado; escriba para reemplazarlo</translation>
        </message>
    </context>
    <context>
        <name>Credentials</name>
        <message>
            <source>{provider} needs the credential “{field}”.</source>
            <translation>{provider} necesita la credencial «{field}».</translation>
        </message>
        <message>
            <source>Enter the account details (in a terminal: overtitle credentials set {id}), or set {variable}.</source>
            <translation>Introduzca los datos de la cuenta (en un terminal: overtitle credentials set {id}) o defina {variable}.</translation>
        </message>
        <message>
            <source>“{field}” holds a character that can't be part of it.</source>
            <translation>«{field}» contiene un carácter que no puede formar parte de él.</translation>
        </message>
        <message>
            <source>“{field}” can't be right: it has another form.</source>
            <translation>«{field}» no puede ser correcto: tiene otra forma.</translation>
        </message>
        <message>
            <source>Copy it once more, and all of it.</source>
            <translation>Cópielo de nuevo, entero.</translation>
        </message>
        <message>
            <source>“{field}” is longer than the {longest} characters that a keyring keeps.</source>
            <translation>«{field}» supera los {longest} caracteres que guarda un llavero.</translation>
        </message>
        <message>
            <source>Enter it in the window for this run only, or set {variable}.</source>
            <translation>Introdúzcalo en la ventana solo por esta vez o defina {variable}.</translation>
        </message>
        <message>
            <source>The keyring refuses ({kind}).</source>
            <translation>El llavero se niega ({kind}).</translation>
        </message>
        <message>
            <source>Open the system's password manager to see why, or enter the details for this run only.</source>
            <translation>Abra el gestor de contraseñas del sistema para ver por qué, o introduzca los datos solo por esta vez.</translation>
        </message>
        <message>
            <source>There is no keyring here that keeps account details.</source>
            <translation>Aquí no hay ningún llavero que guarde los datos de la cuenta.</translation>
        </message>
        <message>
            <source>Enter them in the window for this run only, or set them as environment variables.</source>
            <translation>Introdúzcalos en la ventana solo por esta vez o defínalos como variables de entorno.</translation>
        </message>
        <message>
            <source>The keyring stays locked, so account details can't be read or saved.</source>
            <translation>El llavero sigue bloqueado: los datos de la cuenta no se pueden leer ni guardar.</translation>
        </message>
        <message>
            <source>Unlock it and try again, or enter the details for this run only.</source>
            <translation>Desbloquéelo e inténtelo de nuevo, o introduzca los datos solo por esta vez.</translation>
        </message>
        <message>
            <source>The keyring does not answer; it may be waiting for its password.</source>
            <translation>El llavero no responde; quizá espera su contraseña.</translation>
        </message>
    </context>
    <context>
        <name>CredentialsForm</name>
        <message>
            <source>Account: {provider}</source>
            <translation>Cuenta: {provider}</translation>
        </message>
        <message>
            <source>Test</source>
            <translation>Probar</translation>
        </message>
        <message>
            <source>Delete…</source>
            <translation>Eliminar…</translation>
        </message>
        <message>
            <source>Use for this run only</source>
            <translation>Usar solo por esta vez</translation>
        </message>
        <message>
            <source>Save</source>
            <translation>Guardar</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>Cerrar</translation>
        </message>
        <message>
            <source>Options</source>
            <translation>Opciones</translation>
        </message>
        <message>
            <source>Delete the saved account details?</source>
            <translation>¿Eliminar los datos de la cuenta guardados?</translation>
        </message>
        <message>
            <source>Delete</source>
            <translation>Eliminar</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>Cancelar</translation>
        </message>
    </context>
    <context>
        <name>DialForm</name>
        <message>
            <source>Account…</source>
            <translation>Cuenta…</translation>
        </message>
        <message>
            <source>Call</source>
            <translation>Llamar</translation>
        </message>
        <message>
            <source>Hang up</source>
            <translation>Colgar</translation>
        </message>
        <message>
            <source>Rule number</source>
            <translation>Número de la regla</translation>
        </message>
        <message>
            <source>Called first</source>
            <translation>A quién se llama primero</translation>
        </message>
        <message>
            <source>Called then</source>
            <translation>A quién se llama después</translation>
        </message>
        <message>
            <source>Number that is shown</source>
            <translation>Número que se muestra</translation>
        </message>
        <message>
            <source>Voximplant calls two people and connects them; both sides are captioned here. No address of this computer is needed. A person is user:NAME, tel:+NUMBER or sip:ADDRESS.</source>
            <translation>Voximplant llama a dos personas y las conecta; ambos lados se subtitulan aquí. No hace falta ninguna dirección de este ordenador. Una persona se escribe user:NOMBRE, tel:+NÚMERO o sip:DIRECCIÓN.</translation>
        </message>
        <message>
            <source>No call.</source>
            <translation>Ninguna llamada.</translation>
        </message>
        <message>
            <source>The rule is a number; the control panel shows it under Routing.</source>
            <translation>La regla es un número; el panel de control lo muestra en Routing.</translation>
        </message>
    </context>
    <context>
        <name>Dialling</name>
        <message>
            <source>Voximplant is asked for the call…</source>
            <translation>Se pide la llamada a Voximplant…</translation>
        </message>
        <message>
            <source>The captions have stopped.</source>
            <translation>Los subtítulos se han detenido.</translation>
        </message>
        <message>
            <source>Hanging up…</source>
            <translation>Colgando…</translation>
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
        <name>Engine</name>
        <message>
            <source>On this computer</source>
            <translation>En este equipo</translation>
        </message>
        <message>
            <source>Nothing leaves this computer.</source>
            <translation>Nada sale de este equipo.</translation>
        </message>
        <message>
            <source>The on-device engine is not available for this computer ({platform}).</source>
            <translation>El motor local no existe para este equipo ({platform}).</translation>
        </message>
        <message>
            <source>Choose a network provider.</source>
            <translation>Elija un servicio en línea.</translation>
        </message>
        <message>
            <source>The on-device engine is installed without its English model.</source>
            <translation>El motor local está instalado sin su modelo de inglés.</translation>
        </message>
        <message>
            <source>Install Overtitle again, or choose a network provider.</source>
            <translation>Vuelva a instalar Overtitle o elija un servicio en línea.</translation>
        </message>
        <message>
            <source>The on-device engine can caption English (US and UK) only, not {language}.</source>
            <translation>El motor local solo subtitula inglés (EE. UU. y Reino Unido), no {language}.</translation>
        </message>
        <message>
            <source>Choose English, or a network provider for this language.</source>
            <translation>Elija inglés, o un servicio en línea para este idioma.</translation>
        </message>
        <message>
            <source>The on-device engine takes 16 kHz mono sound only.</source>
            <translation>El motor local solo acepta sonido mono a 16 kHz.</translation>
        </message>
        <message>
            <source>Please report this: the program should have converted the sound.</source>
            <translation>Por favor, avísenos: el programa debería haber convertido el sonido.</translation>
        </message>
        <message>
            <source>The speech engine answered something that can't be understood.</source>
            <translation>El motor de voz ha dado una respuesta incomprensible.</translation>
        </message>
        <message>
            <source>It is started again; if this keeps happening, restart Overtitle.</source>
            <translation>Se inicia de nuevo; si sigue ocurriendo, reinicie Overtitle.</translation>
        </message>
        <message>
            <source>This does not sound like {language}; the captions are probably wrong.</source>
            <translation>Esto no suena a ese idioma ({language}); es probable que los subtítulos no sean correctos.</translation>
        </message>
        <message>
            <source>Choose a network provider for other languages.</source>
            <translation>Elija un servicio en línea para otros idiomas.</translation>
        </message>
        <message>
            <source>The speech engine can't be started ({reason}).</source>
            <translation>El motor de voz no se inicia ({reason}).</translation>
        </message>
        <message>
            <source>Install Overtitle again, or choose another provider.</source>
            <translation>Vuelva a instalar Overtitle o elija otro servicio.</translation>
        </message>
        <message>
            <source>The speech engine was stopped.</source>
            <translation>El motor de voz se ha detenido.</translation>
        </message>
        <message>
            <source>The speech engine stopped unexpectedly.</source>
            <translation>El motor de voz se ha detenido de forma inesperada.</translation>
        </message>
        <message>
            <source>The speech engine no longer answers.</source>
            <translation>El motor de voz ya no responde.</translation>
        </message>
        <message>
            <source>The speech engine can't start on this computer ({reason}).</source>
            <translation>El motor de voz no puede iniciarse en este equipo ({reason}).</translation>
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
        <message>
            <source>the disk lost the sound</source>
            <translation>el disco perdió el sonido</translation>
        </message>
        <message>
            <source>the computer was asleep</source>
            <translation>el equipo estaba en suspensión</translation>
        </message>
        <message>
            <source>continued later</source>
            <translation>continuado más tarde</translation>
        </message>
    </context>
    <context>
        <name>Handles</name>
        <message>
            <source>Caption bar controls</source>
            <translation>Controles de la barra de subtítulos</translation>
        </message>
        <message>
            <source>Smaller text</source>
            <translation>Texto más pequeño</translation>
        </message>
        <message>
            <source>Larger text</source>
            <translation>Texto más grande</translation>
        </message>
        <message>
            <source>Number of lines: click for one more, or pull up or down</source>
            <translation>Número de líneas: haga clic para añadir una, o arrastre hacia arriba o abajo</translation>
        </message>
        <message>
            <source>Scroll back, select and copy</source>
            <translation>Volver atrás, seleccionar y copiar</translation>
        </message>
        <message>
            <source>Menu</source>
            <translation>Menú</translation>
        </message>
        <message>
            <source>Lock: clicks go through the caption bar. Unlock it in the Overtitle window</source>
            <translation>Bloquear: los clics atraviesan la barra. Se desbloquea en la ventana de Overtitle</translation>
        </message>
        <message>
            <source>Hide the caption bar</source>
            <translation>Ocultar la barra de subtítulos</translation>
        </message>
    </context>
    <context>
        <name>History</name>
        <message>
            <source>The last two minutes</source>
            <translation>Los dos últimos minutos</translation>
        </message>
        <message>
            <source>What was said</source>
            <translation>Lo que se ha dicho</translation>
        </message>
        <message>
            <source>Nothing was said yet.</source>
            <translation>Todavía no se ha dicho nada.</translation>
        </message>
        <message>
            <source>Note for this moment</source>
            <translation>Nota para este momento</translation>
        </message>
        <message>
            <source>Mark</source>
            <translation>Marcar</translation>
        </message>
        <message>
            <source>Copy</source>
            <translation>Copiar</translation>
        </message>
        <message>
            <source>Copies what is selected, or everything</source>
            <translation>Copia la selección, o todo</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>Cerrar</translation>
        </message>
    </context>
    <context>
        <name>ImportDialog</name>
        <message>
            <source>Import settings</source>
            <translation>Importar ajustes</translation>
        </message>
        <message>
            <source>What changes</source>
            <translation>Lo que cambia</translation>
        </message>
        <message>
            <source>Import</source>
            <translation>Importar</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>Cancelar</translation>
        </message>
        <message>
            <source>The file changes nothing.</source>
            <translation>El archivo no cambia nada.</translation>
        </message>
        <message>
            <source>The file changes these settings:</source>
            <translation>El archivo cambia estos ajustes:</translation>
        </message>
        <message>
            <source>on</source>
            <translation>sí</translation>
        </message>
        <message>
            <source>off</source>
            <translation>no</translation>
        </message>
        <message>
            <source>nothing</source>
            <translation>nada</translation>
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
            <source>Pause, or go on: nothing is heard or sent meanwhile</source>
            <translation>Poner en pausa o seguir: mientras tanto no se oye ni se envía nada</translation>
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
            <source>Ctrl+Shift+B</source>
            <translation>Ctrl+Mayús+B</translation>
        </message>
        <message>
            <source>Mark this moment with a note, at the caption bar</source>
            <translation>Marcar este momento con una nota, junto a la barra de subtítulos</translation>
        </message>
        <message>
            <source>Lock or unlock the caption bar</source>
            <translation>Bloquear o desbloquear la barra de subtítulos</translation>
        </message>
        <message>
            <source>Ctrl+Plus, Ctrl+Minus</source>
            <translation>Ctrl+Más, Ctrl+Menos</translation>
        </message>
        <message>
            <source>Larger or smaller text in the caption bar</source>
            <translation>Texto más grande o más pequeño en la barra de subtítulos</translation>
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
            <source>Stop the captions first.</source>
            <translation>Detenga primero los subtítulos.</translation>
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
            <source>No sound</source>
            <translation>Sin sonido</translation>
        </message>
        <message>
            <source>Paused</source>
            <translation>En pausa</translation>
        </message>
        <message>
            <source>Muted</source>
            <translation>Silenciado</translation>
        </message>
        <message>
            <source>Quiet</source>
            <translation>Silencio</translation>
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
        <name>Library</name>
        <message>
            <source>The last session was cut off; every finished sentence of it is saved.</source>
            <translation>La última sesión se interrumpió; todas sus frases terminadas están guardadas.</translation>
        </message>
        <message>
            <source>It can be read and continued among the transcripts.</source>
            <translation>Puede leerla y continuarla entre las transcripciones.</translation>
        </message>
    </context>
    <context>
        <name>LibraryDesk</name>
        <message>
            <source>Export the chosen lines</source>
            <translation>Exportar las líneas elegidas</translation>
        </message>
        <message>
            <source>Part</source>
            <translation>Fragmento</translation>
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
            <source>Open a recording…</source>
            <translation>Abrir una grabación…</translation>
        </message>
        <message>
            <source>Trash</source>
            <translation>Papelera</translation>
        </message>
        <message>
            <source>Delete the sound</source>
            <translation>Eliminar el sonido</translation>
        </message>
        <message>
            <source>Transcripts</source>
            <translation>Transcripciones</translation>
        </message>
        <message>
            <source>Show more</source>
            <translation>Mostrar más</translation>
        </message>
        <message>
            <source>These words are in no transcript.</source>
            <translation>Estas palabras no están en ninguna transcripción.</translation>
        </message>
        <message>
            <source>“{title}” is in the trash.</source>
            <translation>«{title}» está en la papelera.</translation>
        </message>
        <message>
            <source>The trash is empty.</source>
            <translation>La papelera está vacía.</translation>
        </message>
        <message>
            <source>Nothing is saved yet. Every session appears here as soon as it has begun.</source>
            <translation>Todavía no hay nada guardado. Cada sesión aparece aquí en cuanto empieza.</translation>
        </message>
        <message>
            <source>cut off</source>
            <translation>interrumpida</translation>
        </message>
        <message>
            <source>now</source>
            <translation>en curso</translation>
        </message>
        <message>
            <source>{count} place</source>
            <translation>{count} lugar</translation>
        </message>
        <message>
            <source>{count} places</source>
            <translation>{count} lugares</translation>
        </message>
        <message>
            <source>Today</source>
            <translation>Hoy</translation>
        </message>
        <message>
            <source>Yesterday</source>
            <translation>Ayer</translation>
        </message>
        <message>
            <source>Delete “{title}”? It can't be brought back.</source>
            <translation>¿Eliminar «{title}»? No se podrá recuperar.</translation>
        </message>
        <message>
            <source>Delete the sound of “{title}”? It can't be brought back. The words stay.</source>
            <translation>¿Eliminar el sonido de «{title}»? No se podrá recuperar. El texto se conserva.</translation>
        </message>
        <message>
            <source>Open a recording</source>
            <translation>Abrir una grabación</translation>
        </message>
    </context>
    <context>
        <name>ListenAlong</name>
        <message>
            <source>Listen to this line</source>
            <translation>Escuchar esta línea</translation>
        </message>
        <message>
            <source>Listen or pause</source>
            <translation>Escuchar o pausar</translation>
        </message>
        <message>
            <source>Five seconds back</source>
            <translation>Cinco segundos atrás</translation>
        </message>
        <message>
            <source>Five seconds on</source>
            <translation>Cinco segundos adelante</translation>
        </message>
    </context>
    <context>
        <name>ListenBar</name>
        <message>
            <source>Listen</source>
            <translation>Escuchar</translation>
        </message>
        <message>
            <source>Space</source>
            <translation>Espacio</translation>
        </message>
        <message>
            <source>−5 s</source>
            <translation>−5 s</translation>
        </message>
        <message>
            <source>Five seconds back</source>
            <translation>Cinco segundos atrás</translation>
        </message>
        <message>
            <source>Five seconds back: left arrow</source>
            <translation>Cinco segundos atrás: flecha izquierda</translation>
        </message>
        <message>
            <source>+5 s</source>
            <translation>+5 s</translation>
        </message>
        <message>
            <source>Five seconds on</source>
            <translation>Cinco segundos adelante</translation>
        </message>
        <message>
            <source>Five seconds on: right arrow</source>
            <translation>Cinco segundos adelante: flecha derecha</translation>
        </message>
        <message>
            <source>Place in the sound</source>
            <translation>Posición en el sonido</translation>
        </message>
        <message>
            <source>What is heard</source>
            <translation>Qué se oye</translation>
        </message>
        <message>
            <source>Everybody</source>
            <translation>Todas las voces</translation>
        </message>
        <message>
            <source>Only who speaks in the line</source>
            <translation>Solo la voz de la línea</translation>
        </message>
        <message>
            <source>Follow the sound</source>
            <translation>Seguir el sonido</translation>
        </message>
        <message>
            <source>Show the line that is heard, and keep it in view</source>
            <translation>Mostrar la línea que se oye y mantenerla a la vista</translation>
        </message>
        <message>
            <source>Captions are running: they may hear what you play here.</source>
            <translation>Hay subtítulos en marcha: pueden oír lo que se reproduce aquí.</translation>
        </message>
        <message>
            <source>{done} of {length}</source>
            <translation>{done} de {length}</translation>
        </message>
        <message>
            <source>Pause</source>
            <translation>Pausar</translation>
        </message>
    </context>
    <context>
        <name>Listener</name>
        <message>
            <source>Calls to {host} would not be encrypted, and others could listen in.</source>
            <translation>Las llamadas a {host} no irían cifradas y otros podrían escuchar.</translation>
        </message>
        <message>
            <source>Give a certificate, or listen on 127.0.0.1 behind a tunnel, or allow it on purpose (--insecure).</source>
            <translation>Indique un certificado, escuche en 127.0.0.1 tras un túnel o permítalo expresamente (--insecure).</translation>
        </message>
        <message>
            <source>There is a private key, and no certificate.</source>
            <translation>Hay una clave privada, pero ningún certificado.</translation>
        </message>
        <message>
            <source>Give the certificate's file too.</source>
            <translation>Indique también el archivo del certificado.</translation>
        </message>
        <message>
            <source>The certificate {name} can't be used: {cause}.</source>
            <translation>No se puede usar el certificado {name}: {cause}.</translation>
        </message>
        <message>
            <source>It has to be a PEM file, with its private key in it or beside it and not encrypted.</source>
            <translation>Debe ser un archivo PEM con su clave privada dentro o aparte y sin cifrar.</translation>
        </message>
        <message>
            <source>{peer} was sent away (code {code}): {reason}.</source>
            <translation>Se ha despedido a {peer} (código {code}): {reason}.</translation>
        </message>
        <message>
            <source>{peer} was sent away: it sends sound in a coding that is not supported ({reason}). Set it at the caller.</source>
            <translation>Se ha despedido a {peer}: envía el sonido en una codificación que no se admite ({reason}). Ajústela en el lado que llama.</translation>
        </message>
        <message>
            <source>The voice detector {kind} is not part of this installation.</source>
            <translation>El detector de voz {kind} no forma parte de esta instalación.</translation>
        </message>
        <message>
            <source>Use the gate “energy”, or install the extra: pip install 'overtitle[gate]'.</source>
            <translation>Use la detección «energy» o instale el complemento: pip install 'overtitle[gate]'.</translation>
        </message>
        <message>
            <source>{peer} sends faster than anyone speaks; it is made to wait.</source>
            <translation>{peer} envía más rápido de lo que nadie habla; se le hace esperar.</translation>
        </message>
        <message>
            <source>Sound of {peer} was lost: the captions are too slow for it.</source>
            <translation>Se ha perdido sonido de {peer}: los subtítulos no dan abasto.</translation>
        </message>
        <message>
            <source>{peer} sends “{label}” at {rate} Hz now, channels: {channels}.</source>
            <translation>{peer} envía ahora «{label}» a {rate} Hz, canales: {channels}.</translation>
        </message>
        <message>
            <source>Waiting for calls at {url}.</source>
            <translation>A la espera de llamadas en {url}.</translation>
        </message>
        <message>
            <source>Port {port} of {host} is in use by another program.</source>
            <translation>Otro programa usa el puerto {port} de {host}.</translation>
        </message>
        <message>
            <source>Use another port, or 0 for any that is free.</source>
            <translation>Use otro puerto, o 0 para cualquiera que esté libre.</translation>
        </message>
        <message>
            <source>Nothing can listen on {host}: {cause}.</source>
            <translation>No se puede escuchar en {host}: {cause}.</translation>
        </message>
        <message>
            <source>Use 127.0.0.1, or an address of this computer, and a port above 1023.</source>
            <translation>Use 127.0.0.1 o una dirección de este equipo, y un puerto superior a 1023.</translation>
        </message>
        <message>
            <source>{peer} was refused: it did not show the right token.</source>
            <translation>Se ha rechazado a {peer}: su clave de acceso no es correcta.</translation>
        </message>
        <message>
            <source>{peer} was refused (status {status}).</source>
            <translation>Se ha rechazado a {peer} (estado {status}).</translation>
        </message>
        <message>
            <source>{peer} is connected ({protocol}).</source>
            <translation>{peer} se ha conectado ({protocol}).</translation>
        </message>
        <message>
            <source>{peer} has left (code {code}).</source>
            <translation>{peer} se ha ido (código {code}).</translation>
        </message>
        <message>
            <source>{peer} was sent away: another client is connected.</source>
            <translation>Se ha despedido a {peer}: ya hay otra llamada conectada.</translation>
        </message>
        <message>
            <source>{peer} does not answer any more.</source>
            <translation>{peer} ya no responde.</translation>
        </message>
        <message>
            <source>{peer} sent no sound for too long.</source>
            <translation>{peer} lleva demasiado tiempo sin enviar sonido.</translation>
        </message>
        <message>
            <source>{peer} was connected for as long as is allowed.</source>
            <translation>{peer} ha estado conectado todo el tiempo permitido.</translation>
        </message>
        <message>
            <source>The token in {variable} is too short, or holds unsuitable characters.</source>
            <translation>La clave de acceso de {variable} es demasiado corta o contiene caracteres inadecuados.</translation>
        </message>
        <message>
            <source>Use at least 32 letters, digits or -._~, say from: openssl rand -hex 32.</source>
            <translation>Use al menos 32 letras, cifras o -._~, por ejemplo con: openssl rand -hex 32.</translation>
        </message>
    </context>
    <context>
        <name>Listening</name>
        <message>
            <source>The sound of this session is no longer there.</source>
            <translation>El sonido de esta sesión ya no está.</translation>
        </message>
        <message>
            <source>Put the .flac files back beside the transcript. The words are not touched by this.</source>
            <translation>Vuelva a poner los archivos .flac junto a la transcripción. El texto no se ve afectado.</translation>
        </message>
        <message>
            <source>The sound in {file} can't be read: it is damaged, or no FLAC of Overtitle.</source>
            <translation>El sonido de {file} no se puede leer: está dañado o no es un FLAC de Overtitle.</translation>
        </message>
        <message>
            <source>Bring it back from a backup if there is one. The words are not touched by this.</source>
            <translation>Recupérelo de una copia de seguridad si la hay. El texto no se ve afectado.</translation>
        </message>
        <message>
            <source>The libsndfile library is missing, so sound can be neither kept nor played.</source>
            <translation>Falta la biblioteca libsndfile: el sonido no se puede conservar ni escuchar.</translation>
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
        <name>Network</name>
        <message>
            <source>The option url is no address of a server.</source>
            <translation>La opción url no es la dirección de un servidor.</translation>
        </message>
        <message>
            <source>Give an address such as wss://host:port, without a name, a password or a query.</source>
            <translation>Indique una dirección como wss://host:puerto, sin nombre, contraseña ni consulta.</translation>
        </message>
        <message>
            <source>This is the proxy: check HTTPS_PROXY.</source>
            <translation>Es el proxy: compruebe HTTPS_PROXY.</translation>
        </message>
        <message>
            <source>{host} does not speak WebSocket on port {port}.</source>
            <translation>{host} no habla WebSocket en el puerto {port}.</translation>
        </message>
        <message>
            <source>Check the address of the service.</source>
            <translation>Compruebe la dirección del servicio.</translation>
        </message>
        <message>
            <source>The address {host} can't be found.</source>
            <translation>No se encuentra la dirección {host}.</translation>
        </message>
        <message>
            <source>Check this computer's network and the address.</source>
            <translation>Compruebe la red de este equipo y la dirección.</translation>
        </message>
        <message>
            <source>{host} does not answer on port {port}.</source>
            <translation>{host} no responde en el puerto {port}.</translation>
        </message>
        <message>
            <source>Check the network; a firewall may block port {port}.</source>
            <translation>Compruebe la red; puede que un cortafuegos bloquee el puerto {port}.</translation>
        </message>
        <message>
            <source>{host} refuses connections on port {port}.</source>
            <translation>{host} rechaza conexiones en el puerto {port}.</translation>
        </message>
        <message>
            <source>Check the address; a firewall may block port {port}.</source>
            <translation>Compruebe la dirección; puede que un cortafuegos bloquee el puerto {port}.</translation>
        </message>
        <message>
            <source>The connection to {host} on port {port} broke while being opened.</source>
            <translation>La conexión con {host} en el puerto {port} se cortó mientras se abría.</translation>
        </message>
        <message>
            <source>Check this computer's network.</source>
            <translation>Compruebe la red de este equipo.</translation>
        </message>
        <message>
            <source>No encrypted connection to {host} could be agreed on.</source>
            <translation>No se pudo acordar una conexión cifrada con {host}.</translation>
        </message>
        <message>
            <source>Check the address; something in between may not let encryption through.</source>
            <translation>Compruebe la dirección; puede que algo por el camino no deje pasar el cifrado.</translation>
        </message>
        <message>
            <source>The certificate of {host} is not trusted ({reason}).</source>
            <translation>El certificado de {host} no es de confianza ({reason}).</translation>
        </message>
        <message>
            <source>Check the clock. Behind a company's proxy, set SSL_CERT_FILE to its certificate.</source>
            <translation>Compruebe el reloj. Tras el proxy de una empresa, ponga su certificado en SSL_CERT_FILE.</translation>
        </message>
        <message>
            <source>The proxy's address is none.</source>
            <translation>La dirección del proxy no es válida.</translation>
        </message>
        <message>
            <source>Set HTTPS_PROXY to http://host:port.</source>
            <translation>Ponga HTTPS_PROXY a http://host:port.</translation>
        </message>
        <message>
            <source>SOCKS proxies are not supported.</source>
            <translation>No se admiten proxies SOCKS.</translation>
        </message>
        <message>
            <source>Set an HTTP proxy in HTTPS_PROXY.</source>
            <translation>Ponga un proxy HTTP en HTTPS_PROXY.</translation>
        </message>
        <message>
            <source>The proxy's answer can't be understood.</source>
            <translation>No se entiende la respuesta del proxy.</translation>
        </message>
        <message>
            <source>Check HTTPS_PROXY.</source>
            <translation>Compruebe HTTPS_PROXY.</translation>
        </message>
        <message>
            <source>The proxy lets nothing through to this service (status {status}).</source>
            <translation>El proxy no deja pasar nada a este servicio (estado {status}).</translation>
        </message>
        <message>
            <source>Ask who runs the network, or check HTTPS_PROXY.</source>
            <translation>Pregunte a quien administra la red, o compruebe HTTPS_PROXY.</translation>
        </message>
        <message>
            <source>The proxy wants {kinds} (status 407), and Overtitle can sign in with Basic alone: a name and a password in the proxy's address.</source>
            <translation>El proxy exige {kinds} (estado 407), y Overtitle solo sabe identificarse con Basic: un nombre y una contraseña en la dirección del proxy.</translation>
        </message>
        <message>
            <source>Run a relay on this computer that signs in for you, such as Px or Cntlm, and set HTTPS_PROXY to its address.</source>
            <translation>Ejecute en este equipo un intermediario que se identifique por usted, como Px o Cntlm, y ponga su dirección en HTTPS_PROXY.</translation>
        </message>
        <message>
            <source>The proxy does not accept the name and the password in its address (status 407).</source>
            <translation>El proxy no acepta el nombre y la contraseña de su dirección (estado 407).</translation>
        </message>
        <message>
            <source>Correct HTTPS_PROXY; characters such as @ and : are written as %40 and %3A in a password.</source>
            <translation>Corrija HTTPS_PROXY; en una contraseña, caracteres como @ y : se escriben %40 y %3A.</translation>
        </message>
        <message>
            <source>The proxy wants a name and a password (status 407).</source>
            <translation>El proxy pide un nombre y una contraseña (estado 407).</translation>
        </message>
        <message>
            <source>Set HTTPS_PROXY to http://name:password@host:port.</source>
            <translation>Ponga HTTPS_PROXY a http://name:password@host:port.</translation>
        </message>
        <message>
            <source>The address of the service is none.</source>
            <translation>La dirección del servicio no es válida.</translation>
        </message>
        <message>
            <source>Give an address such as wss://host:8443.</source>
            <translation>Dé una dirección como wss://host:8443.</translation>
        </message>
        <message>
            <source>The connection to {host} would not be encrypted.</source>
            <translation>La conexión con {host} no estaría cifrada.</translation>
        </message>
        <message>
            <source>Use an address that begins with wss://, or set the option insecure=yes.</source>
            <translation>Use una dirección que empiece por wss://, o ponga la opción insecure=yes.</translation>
        </message>
        <message>
            <source>options</source>
            <translation>opciones</translation>
        </message>
        <message>
            <source>WebSocket</source>
            <translation>WebSocket</translation>
        </message>
        <message>
            <source>half a second of silence</source>
            <translation>medio segundo de silencio</translation>
        </message>
        <message>
            <source>proxy</source>
            <translation>proxy</translation>
        </message>
        <message>
            <source>The connection goes through it, and it looks up the address of the service.</source>
            <translation>La conexión pasa por él, y él busca la dirección del servicio.</translation>
        </message>
        <message>
            <source>name resolution</source>
            <translation>resolución del nombre</translation>
        </message>
        <message>
            <source>port {port}</source>
            <translation>puerto {port}</translation>
        </message>
        <message>
            <source>port {port} through the proxy</source>
            <translation>puerto {port} a través del proxy</translation>
        </message>
        <message>
            <source>encryption (TLS)</source>
            <translation>cifrado (TLS)</translation>
        </message>
        <message>
            <source>The service did not answer in time.</source>
            <translation>El servicio no respondió a tiempo.</translation>
        </message>
        <message>
            <source>{host} does not speak HTTP on port {port}.</source>
            <translation>{host} no habla HTTP en el puerto {port}.</translation>
        </message>
        <message>
            <source>The service refuses these credentials (HTTP status {status}).</source>
            <translation>El servicio rechaza estas credenciales (estado HTTP {status}).</translation>
        </message>
        <message>
            <source>Check the credentials of this provider.</source>
            <translation>Compruebe las credenciales de este proveedor.</translation>
        </message>
        <message>
            <source>The service asks for fewer connections (HTTP status 429).</source>
            <translation>El servicio pide menos conexiones (estado HTTP 429).</translation>
        </message>
        <message>
            <source>The service can't serve at the moment (HTTP status {status}).</source>
            <translation>El servicio no está disponible en este momento (estado HTTP {status}).</translation>
        </message>
        <message>
            <source>The service refuses the connection (HTTP status {status}).</source>
            <translation>El servicio rechaza la conexión (estado HTTP {status}).</translation>
        </message>
        <message>
            <source>The connection to the service broke.</source>
            <translation>La conexión con el servicio se cortó.</translation>
        </message>
        <message>
            <source>The service can't be reached any more: nothing comes back through the connection.</source>
            <translation>Ya no se llega al servicio: nada vuelve por la conexión.</translation>
        </message>
        <message>
            <source>The service did not send the last captions in time.</source>
            <translation>El servicio no envió los últimos subtítulos a tiempo.</translation>
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
            <source>Paused: nothing was heard or sent</source>
            <translation>En pausa: no se oyó ni se envió nada</translation>
        </message>
        <message>
            <source>Marked</source>
            <translation>Marcado</translation>
        </message>
        <message>
            <source>interrupted</source>
            <translation>interrupción</translation>
        </message>
        <message>
            <source>words may be missing</source>
            <translation>pueden faltar palabras</translation>
        </message>
        <message>
            <source>{lane}: interrupted</source>
            <translation>{lane}: interrupción</translation>
        </message>
        <message>
            <source>{seconds} s of {lane} may be missing here</source>
            <translation>Aquí pueden faltar {seconds} s ({lane})</translation>
        </message>
        <message>
            <source>{lane}: microphone changed to {device}</source>
            <translation>{lane}: el micrófono es ahora {device}</translation>
        </message>
        <message>
            <source>{lane}: system sound changed to {device}</source>
            <translation>{lane}: el sonido del sistema viene ahora de {device}</translation>
        </message>
        <message>
            <source>{lane}, from here on: {provider}, {language}</source>
            <translation>{lane}, desde aquí: {provider}, {language}</translation>
        </message>
        <message>
            <source>Follow-ups</source>
            <translation>Seguimientos</translation>
        </message>
        <message>
            <source>Questions</source>
            <translation>Preguntas</translation>
        </message>
        <message>
            <source>Topics</source>
            <translation>Temas</translation>
        </message>
    </context>
    <context>
        <name>OptionInput</name>
        <message>
            <source>“{option}” has to be a number from {low} to {high}.</source>
            <translation>«{option}» tiene que ser un número de {low} a {high}.</translation>
        </message>
        <message>
            <source>“{option}” has to be a number that the service takes.</source>
            <translation>«{option}» tiene que ser un número que el servicio acepte.</translation>
        </message>
    </context>
    <context>
        <name>Overlay</name>
        <message>
            <source>Overtitle captions</source>
            <translation>Subtítulos de Overtitle</translation>
        </message>
        <message>
            <source>Captions</source>
            <translation>Subtítulos</translation>
        </message>
        <message>
            <source>What is being said, above all other windows</source>
            <translation>Lo que se dice, por encima de todas las ventanas</translation>
        </message>
    </context>
    <context>
        <name>Pipecat</name>
        <message>
            <source>The server does not let this program in (HTTP status {status}).</source>
            <translation>El servidor no deja entrar a este programa (estado HTTP {status}).</translation>
        </message>
        <message>
            <source>Check the token. A server with a list of allowed origins needs the option origin too.</source>
            <translation>Compruebe el token. Un servidor con una lista de orígenes permitidos necesita también la opción origin.</translation>
        </message>
        <message>
            <source>There is no bot under this address (HTTP status 404).</source>
            <translation>No hay ningún bot en esta dirección (estado HTTP 404).</translation>
        </message>
        <message>
            <source>Check the path of the option url; many bots listen under /ws.</source>
            <translation>Compruebe la ruta de la opción url; muchos bots escuchan en /ws.</translation>
        </message>
        <message>
            <source>The bot ended the connection because of a rule of its own (code 1008).</source>
            <translation>El bot cerró la conexión por una norma propia (código 1008).</translation>
        </message>
        <message>
            <source>Check the token and the address.</source>
            <translation>Compruebe el token y la dirección.</translation>
        </message>
        <message>
            <source>The connection to the bot ended with code {code}.</source>
            <translation>La conexión con el bot terminó con el código {code}.</translation>
        </message>
        <message>
            <source>Look at the bot's log if it happens again.</source>
            <translation>Consulte el registro del bot si vuelve a ocurrir.</translation>
        </message>
        <message>
            <source>This bot already has a client, and serves one at a time (code 1013).</source>
            <translation>Este bot ya tiene un cliente y solo atiende a uno a la vez (código 1013).</translation>
        </message>
        <message>
            <source>Disconnect the other client. To caption both sides, the server has to start a bot for each.</source>
            <translation>Desconecte al otro cliente. Para subtitular ambos lados, el servidor tiene que iniciar un bot para cada uno.</translation>
        </message>
        <message>
            <source>The bot hung up after {minutes} min without a word.</source>
            <translation>El bot colgó tras {minutes} min sin una palabra.</translation>
        </message>
        <message>
            <source>Bots do so by themselves; their setting idle_timeout_secs says when.</source>
            <translation>Los bots lo hacen por sí solos; su ajuste idle_timeout_secs dice cuándo.</translation>
        </message>
        <message>
            <source>The bot hung up.</source>
            <translation>El bot colgó.</translation>
        </message>
        <message>
            <source>The server hung up without having understood the sound.</source>
            <translation>El servidor colgó sin haber entendido el sonido.</translation>
        </message>
        <message>
            <source>It has to be a Pipecat bot with a ProtobufFrameSerializer; look at its log.</source>
            <translation>Tiene que ser un bot de Pipecat con un ProtobufFrameSerializer; consulte su registro.</translation>
        </message>
        <message>
            <source>The server does not speak as a Pipecat bot does.</source>
            <translation>El servidor no habla como lo hace un bot de Pipecat.</translation>
        </message>
        <message>
            <source>Check the address. The bot has to use a ProtobufFrameSerializer.</source>
            <translation>Compruebe la dirección. El bot tiene que usar un ProtobufFrameSerializer.</translation>
        </message>
        <message>
            <source>A message of the bot arrived damaged.</source>
            <translation>Un mensaje del bot llegó dañado.</translation>
        </message>
        <message>
            <source>The bot has stopped because of an error of its own.</source>
            <translation>El bot se ha detenido por un error propio.</translation>
        </message>
        <message>
            <source>Look at the bot's log.</source>
            <translation>Consulte el registro del bot.</translation>
        </message>
        <message>
            <source>The bot reports an error of its own; captions may be missing.</source>
            <translation>El bot informa de un error propio; pueden faltar subtítulos.</translation>
        </message>
        <message>
            <source>Token</source>
            <translation>Token</translation>
        </message>
        <message>
            <source>What the server asks for to let you in; empty when it asks for nothing.</source>
            <translation>Lo que el servidor pide para dejarle entrar; vacío si no pide nada.</translation>
        </message>
        <message>
            <source>Further headers</source>
            <translation>Otros encabezados</translation>
        </message>
        <message>
            <source>HTTP headers for the connection, such as X-Api-Key: abc; X-Team: blue.</source>
            <translation>Encabezados HTTP de la conexión, como X-Api-Key: abc; X-Team: blue.</translation>
        </message>
        <message>
            <source>Address</source>
            <translation>Dirección</translation>
        </message>
        <message>
            <source>Where the bot listens, such as wss://bots.example/ws.</source>
            <translation>Dónde escucha el bot, por ejemplo wss://bots.example/ws.</translation>
        </message>
        <message>
            <source>Token goes into</source>
            <translation>Lugar del token</translation>
        </message>
        <message>
            <source>The header Authorization: Bearer, the query ?token=, or both.</source>
            <translation>El encabezado Authorization: Bearer, el parámetro ?token=, o ambos.</translation>
        </message>
        <message>
            <source>The header</source>
            <translation>El encabezado</translation>
        </message>
        <message>
            <source>The address</source>
            <translation>La dirección</translation>
        </message>
        <message>
            <source>Both</source>
            <translation>Ambos</translation>
        </message>
        <message>
            <source>Origin</source>
            <translation>Origen</translation>
        </message>
        <message>
            <source>For servers with a list of allowed origins, such as https://bots.example.</source>
            <translation>Para servidores con una lista de orígenes permitidos, por ejemplo https://bots.example.</translation>
        </message>
        <message>
            <source>Sample rate</source>
            <translation>Frecuencia de muestreo</translation>
        </message>
        <message>
            <source>In Hz; the rate that the bot's pipeline expects.</source>
            <translation>En Hz; la que espera la cadena del bot.</translation>
        </message>
        <message>
            <source>16 kHz, the usual rate</source>
            <translation>16 kHz, la frecuencia habitual</translation>
        </message>
        <message>
            <source>8 kHz, as a telephone</source>
            <translation>8 kHz, como en el teléfono</translation>
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
            <translation>Subtitular al bot</translation>
        </message>
        <message>
            <source>Show what the bot says, as a speaker of its own.</source>
            <translation>Mostrar lo que dice el bot, como un hablante aparte.</translation>
        </message>
        <message>
            <source>Hear the bot</source>
            <translation>Oír al bot</translation>
        </message>
        <message>
            <source>Play what the bot says. Use a headset, or the bot hears itself.</source>
            <translation>Reproducir lo que dice el bot. Use auriculares, o el bot se oirá a sí mismo.</translation>
        </message>
        <message>
            <source>Hear the bot on</source>
            <translation>Oír al bot en</translation>
        </message>
        <message>
            <source>Name of a sound output; empty for the system's own choice.</source>
            <translation>Nombre de una salida de audio; vacío para la que elija el sistema.</translation>
        </message>
        <message>
            <source>Allow no encryption</source>
            <translation>Permitir conexiones sin cifrar</translation>
        </message>
        <message>
            <source>Allow a ws:// address on another computer: anyone on the way can listen.</source>
            <translation>Permitir una dirección ws:// en otro equipo: cualquiera en el camino puede escuchar.</translation>
        </message>
        <message>
            <source>The language {language} can't be given to captions of a bot.</source>
            <translation>El idioma {language} no se puede asignar a los subtítulos de un bot.</translation>
        </message>
        <message>
            <source>Choose another language or another provider.</source>
            <translation>Elija otro idioma u otro proveedor.</translation>
        </message>
        <message>
            <source>There is no such option; see docs/providers/pipecat.md.</source>
            <translation>No existe esa opción; vea docs/providers/pipecat.md.</translation>
        </message>
        <message>
            <source>Give one of {choices}.</source>
            <translation>Dé uno de estos valores: {choices}.</translation>
        </message>
        <message>
            <source>Give yes or no.</source>
            <translation>Dé yes o no.</translation>
        </message>
        <message>
            <source>It is not known where the bot listens.</source>
            <translation>No se sabe dónde escucha el bot.</translation>
        </message>
        <message>
            <source>Set the option url to its address, such as ws://localhost:8765.</source>
            <translation>Ponga su dirección en la opción url, por ejemplo ws://localhost:8765.</translation>
        </message>
        <message>
            <source>There are two Authorization headers: the token and one of the further headers.</source>
            <translation>Hay dos encabezados Authorization: el token y uno de los otros encabezados.</translation>
        </message>
        <message>
            <source>Leave one of them out, or set the option token-as to query.</source>
            <translation>Quite uno de los dos, o ponga la opción token-as en query.</translation>
        </message>
        <message>
            <source>Give an address such as wss://bots.example/ws.</source>
            <translation>Dé una dirección como wss://bots.example/ws.</translation>
        </message>
        <message>
            <source>It has a token of its own already; leave one of them out.</source>
            <translation>Ya contiene un token; quite uno de los dos.</translation>
        </message>
        <message>
            <source>The further headers can't be read, or name one that belongs to the connection itself.</source>
            <translation>Los otros encabezados no se pueden leer, o alguno pertenece a la propia conexión.</translation>
        </message>
        <message>
            <source>Give them as Name: value; Name: value.</source>
            <translation>Délos en la forma Nombre: valor; Nombre: valor.</translation>
        </message>
        <message>
            <source>The option {key} can't be used like this.</source>
            <translation>La opción {key} no se puede usar así.</translation>
        </message>
        <message>
            <source>WebSocket and token</source>
            <translation>WebSocket y token</translation>
        </message>
        <message>
            <source>the bot's answer</source>
            <translation>la respuesta del bot</translation>
        </message>
        <message>
            <source>The bot does not introduce itself; captions may come all the same.</source>
            <translation>El bot no se presenta; aun así pueden llegar subtítulos.</translation>
        </message>
        <message>
            <source>{name} {version}, RTVI {protocol}</source>
            <translation>{name} {version}, RTVI {protocol}</translation>
        </message>
        <message>
            <source>Pipecat bot</source>
            <translation>Bot de Pipecat</translation>
        </message>
        <message>
            <source>The sound is sent to the bot whose address you give, and to the services that it uses.</source>
            <translation>El sonido se envía al bot cuya dirección usted indica, y a los servicios que este utiliza.</translation>
        </message>
    </context>
    <context>
        <name>Presets</name>
        <message>
            <source>Bottom bar</source>
            <translation>Barra inferior</translation>
        </message>
        <message>
            <source>Top bar</source>
            <translation>Barra superior</translation>
        </message>
        <message>
            <source>Corner card</source>
            <translation>Tarjeta en la esquina</translation>
        </message>
        <message>
            <source>Dock along the bottom</source>
            <translation>Franja a lo largo del borde inferior</translation>
        </message>
        <message>
            <source>Dock along the top</source>
            <translation>Franja a lo largo del borde superior</translation>
        </message>
        <message>
            <source>Large print card</source>
            <translation>Tarjeta con letra grande</translation>
        </message>
        <message>
            <source>Light on dark</source>
            <translation>Claro sobre oscuro</translation>
        </message>
        <message>
            <source>Dark on light</source>
            <translation>Oscuro sobre claro</translation>
        </message>
        <message>
            <source>High contrast</source>
            <translation>Alto contraste</translation>
        </message>
        <message>
            <source>Yellow on black</source>
            <translation>Amarillo sobre negro</translation>
        </message>
        <message>
            <source>By itself</source>
            <translation>Automático</translation>
        </message>
        <message>
            <source>An outline</source>
            <translation>Un contorno</translation>
        </message>
        <message>
            <source>A box behind each line</source>
            <translation>Un recuadro detrás de cada línea</translation>
        </message>
        <message>
            <source>All on the left</source>
            <translation>Todo a la izquierda</translation>
        </message>
        <message>
            <source>Show at once</source>
            <translation>Mostrar enseguida</translation>
        </message>
        <message>
            <source>Show once they were heard twice alike</source>
            <translation>Mostrar cuando se hayan oído dos veces igual</translation>
        </message>
        <message>
            <source>Do not show</source>
            <translation>No mostrar</translation>
        </message>
        <message>
            <source>Yours on the right, theirs on the left</source>
            <translation>Las suyas a la derecha, las de los demás a la izquierda</translation>
        </message>
    </context>
    <context>
        <name>Preview</name>
        <message>
            <source>You</source>
            <translation>Yo</translation>
        </message>
        <message>
            <source>Them</source>
            <translation>Otros</translation>
        </message>
        <message>
            <source>certain,</source>
            <translation>seguro,</translation>
        </message>
        <message>
            <source>uncertain</source>
            <translation>inseguro</translation>
        </message>
        <message>
            <source>Preview of the caption bar</source>
            <translation>Vista previa de la barra de subtítulos</translation>
        </message>
    </context>
    <context>
        <name>ProbeSteps</name>
        <message>
            <source>Steps of the test</source>
            <translation>Pasos de la prueba</translation>
        </message>
        <message>
            <source>Failed</source>
            <translation>Fallo</translation>
        </message>
        <message>
            <source>OK</source>
            <translation>Bien</translation>
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
            <source>Change the limit</source>
            <translation>Cambiar el límite</translation>
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
        <name>Program</name>
        <message>
            <source>Sample</source>
            <translation>Ejemplo</translation>
        </message>
        <message>
            <source>Captions</source>
            <translation>Subtítulos</translation>
        </message>
        <message>
            <source>Remote call</source>
            <translation>Llamada remota</translation>
        </message>
        <message>
            <source>Saved: {path}</source>
            <translation>Guardado: {path}</translation>
        </message>
    </context>
    <context>
        <name>ProviderPicker</name>
        <message>
            <source>Captions by</source>
            <translation>Subtítulos de</translation>
        </message>
        <message>
            <source>Account and options…</source>
            <translation>Cuenta y opciones…</translation>
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
        <name>QuestionDialog</name>
        <message>
            <source>A question before captions start</source>
            <translation>Una pregunta antes de los subtítulos</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>Cancelar</translation>
        </message>
        <message>
            <source>OK</source>
            <translation>Aceptar</translation>
        </message>
    </context>
    <context>
        <name>QuestionStrip</name>
        <message>
            <source>Delete for good</source>
            <translation>Eliminar para siempre</translation>
        </message>
        <message>
            <source>Keep it</source>
            <translation>Conservarla</translation>
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
        <name>RecordingStrip</name>
        <message>
            <source>Cancel</source>
            <translation>Cancelar</translation>
        </message>
        <message>
            <source>Transcribing {name}</source>
            <translation>Transcribiendo {name}</translation>
        </message>
        <message>
            <source>{done} of {length}</source>
            <translation>{done} de {length}</translation>
        </message>
        <message>
            <source>{time} left</source>
            <translation>quedan {time}</translation>
        </message>
    </context>
    <context>
        <name>RemoteDialog</name>
        <message>
            <source>Remote calls</source>
            <translation>Llamadas remotas</translation>
        </message>
        <message>
            <source>The addresses are there while captions of remote calls run.</source>
            <translation>Las direcciones aparecen mientras se subtitulan llamadas remotas.</translation>
        </message>
        <message>
            <source>Address for Pipecat</source>
            <translation>Dirección para Pipecat</translation>
        </message>
        <message>
            <source>Address for Voximplant</source>
            <translation>Dirección para Voximplant</translation>
        </message>
        <message>
            <source>Address for Twilio</source>
            <translation>Dirección para Twilio</translation>
        </message>
        <message>
            <source>Address for raw sound</source>
            <translation>Dirección para sonido sin formato</translation>
        </message>
        <message>
            <source>Token</source>
            <translation>Clave de acceso</translation>
        </message>
        <message>
            <source>Show</source>
            <translation>Mostrar</translation>
        </message>
        <message>
            <source>Copy</source>
            <translation>Copiar</translation>
        </message>
        <message>
            <source>New token</source>
            <translation>Clave nueva</translation>
        </message>
        <message>
            <source>What has happened</source>
            <translation>Lo que ha ocurrido</translation>
        </message>
        <message>
            <source>Raw sound</source>
            <translation>Sonido sin formato</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>Cerrar</translation>
        </message>
        <message>
            <source>Calls that come in</source>
            <translation>Llamadas entrantes</translation>
        </message>
        <message>
            <source>Call from here</source>
            <translation>Llamar desde aquí</translation>
        </message>
        <message>
            <source>Whoever knows the token can be captioned here. It is kept in the keyring.</source>
            <translation>Quien conozca la clave puede ser subtitulado aquí. Se guarda en el llavero.</translation>
        </message>
        <message>
            <source>Whoever knows the token can be captioned here. No keyring keeps it: it ends with this run.</source>
            <translation>Quien conozca la clave puede ser subtitulado aquí. Ningún llavero la guarda: termina con el programa.</translation>
        </message>
        <message>
            <source>Hide</source>
            <translation>Ocultar</translation>
        </message>
    </context>
    <context>
        <name>Replay</name>
        <message>
            <source>The recording {name} can't be played: {cause}.</source>
            <translation>No se puede reproducir la grabación {name}: {cause}.</translation>
        </message>
        <message>
            <source>Give the path of a recording with --option path=FILE.</source>
            <translation>Indique la ruta de una grabación con --option path=FILE.</translation>
        </message>
        <message>
            <source>The recording breaks here.</source>
            <translation>La grabación se corta aquí.</translation>
        </message>
        <message>
            <source>A recorded session</source>
            <translation>Una sesión grabada</translation>
        </message>
        <message>
            <source>Nothing is sent anywhere: the captions come from a file.</source>
            <translation>No se envía nada: los subtítulos vienen de un archivo.</translation>
        </message>
        <message>
            <source>Recording</source>
            <translation>Grabación</translation>
        </message>
        <message>
            <source>A file of JSON lines.</source>
            <translation>Un archivo de líneas JSON.</translation>
        </message>
        <message>
            <source>Recorded sessions do not know the language {language}.</source>
            <translation>Las sesiones grabadas no conocen el idioma {language}.</translation>
        </message>
    </context>
    <context>
        <name>Seam</name>
        <message>
            <source>the service is away</source>
            <translation>el servicio no responde</translation>
        </message>
        <message>
            <source>the service is back</source>
            <translation>el servicio ha vuelto</translation>
        </message>
        <message>
            <source>as you chose</source>
            <translation>como usted eligió</translation>
        </message>
    </context>
    <context>
        <name>SegmentModel</name>
        <message>
            <source>This line is heard</source>
            <translation>Se oye esta línea</translation>
        </message>
        <message>
            <source>Heard: {text}</source>
            <translation>Oído: {text}</translation>
        </message>
    </context>
    <context>
        <name>SegmentPainter</name>
        <message>
            <source>(removed: {text})</source>
            <translation>(quitado: {text})</translation>
        </message>
        <message>
            <source>edited</source>
            <translation>corregido</translation>
        </message>
        <message>
            <source>Corrected text</source>
            <translation>Texto corregido</translation>
        </message>
    </context>
    <context>
        <name>Session</name>
        <message>
            <source>The service begins new captions all the time and finishes none of them.</source>
            <translation>El servicio empieza subtítulos nuevos sin parar y no termina ninguno.</translation>
        </message>
        <message>
            <source>Choose another provider, or ask who runs the service.</source>
            <translation>Elija otro proveedor, o pregunte a quien gestiona el servicio.</translation>
        </message>
        <message>
            <source>The service did not send the last captions.</source>
            <translation>El servicio no envió los últimos subtítulos.</translation>
        </message>
        <message>
            <source>Nothing to do: this computer makes them instead.</source>
            <translation>No hay que hacer nada: los hace este equipo en su lugar.</translation>
        </message>
        <message>
            <source>The computer was asleep; its connections are made anew.</source>
            <translation>El equipo estaba en suspensión; se restablecen sus conexiones.</translation>
        </message>
        <message>
            <source>Nothing to do: captions go on by themselves.</source>
            <translation>No hay que hacer nada: los subtítulos siguen solos.</translation>
        </message>
        <message>
            <source>The captions stopped coming before the sound ended.</source>
            <translation>Los subtítulos se han detenido antes de que acabara el sonido.</translation>
        </message>
        <message>
            <source>Nothing to do: the connection is made anew, and every word is kept.</source>
            <translation>No hay que hacer nada: la conexión se restablece y se conserva cada palabra.</translation>
        </message>
        <message>
            <source>No captions come back although somebody speaks.</source>
            <translation>No llegan subtítulos aunque alguien habla.</translation>
        </message>
        <message>
            <source>If nothing comes, the sound is sent again; every word is kept.</source>
            <translation>Si no llega nada, el sonido se enviará de nuevo; se conserva cada palabra.</translation>
        </message>
        <message>
            <source>The sample speech is missing from this installation.</source>
            <translation>En esta instalación falta la grabación de ejemplo.</translation>
        </message>
        <message>
            <source>Install Overtitle again.</source>
            <translation>Vuelva a instalar Overtitle.</translation>
        </message>
    </context>
    <context>
        <name>SessionCard</name>
        <message>
            <source>Title</source>
            <translation>Título</translation>
        </message>
        <message>
            <source>It was cut off, as in a crash. Every sentence until then is here, and you can go on with it.</source>
            <translation>Se interrumpió, como en un fallo. Todas las frases hasta entonces están aquí, y puede continuarla.</translation>
        </message>
        <message>
            <source>Keep, however old</source>
            <translation>Conservar, por antigua que sea</translation>
        </message>
        <message>
            <source>Delete the sound…</source>
            <translation>Eliminar el sonido…</translation>
        </message>
        <message>
            <source>The words stay.</source>
            <translation>El texto se conserva.</translation>
        </message>
        <message>
            <source>Names</source>
            <translation>Nombres</translation>
        </message>
        <message>
            <source>Open</source>
            <translation>Abrir</translation>
        </message>
        <message>
            <source>Continue</source>
            <translation>Continuar</translation>
        </message>
        <message>
            <source>Captions go on in this transcript, after its last word.</source>
            <translation>Los subtítulos siguen en esta transcripción, después de su última palabra.</translation>
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
            <source>Put back</source>
            <translation>Restaurar</translation>
        </message>
        <message>
            <source>Delete for good</source>
            <translation>Eliminar para siempre</translation>
        </message>
        <message>
            <source>Sound kept: {size}</source>
            <translation>Sonido conservado: {size}</translation>
        </message>
        <message>
            <source>Name of the speaker {who}</source>
            <translation>Nombre de la persona {who}</translation>
        </message>
        <message>
            <source>Name of the side {who}</source>
            <translation>Nombre del lado {who}</translation>
        </message>
    </context>
    <context>
        <name>SessionPage</name>
        <message>
            <source>What was said</source>
            <translation>Lo que se dijo</translation>
        </message>
        <message>
            <source>Back</source>
            <translation>Volver</translation>
        </message>
        <message>
            <source>Correct</source>
            <translation>Corregir</translation>
        </message>
        <message>
            <source>Undo</source>
            <translation>Deshacer</translation>
        </message>
        <message>
            <source>Redo</source>
            <translation>Rehacer</translation>
        </message>
        <message>
            <source>Export the chosen lines</source>
            <translation>Exportar las líneas elegidas</translation>
        </message>
        <message>
            <source>As it was heard</source>
            <translation>Tal como se oyó</translation>
        </message>
        <message>
            <source>Remove the chosen lines</source>
            <translation>Quitar las líneas elegidas</translation>
        </message>
        <message>
            <source>Copy the chosen lines</source>
            <translation>Copiar las líneas elegidas</translation>
        </message>
        <message>
            <source>{count} line chosen</source>
            <translation>{count} línea elegida</translation>
        </message>
        <message>
            <source>{count} lines chosen</source>
            <translation>{count} líneas elegidas</translation>
        </message>
    </context>
    <context>
        <name>SettingControls</name>
        <message>
            <source>To suit the panel</source>
            <translation>Según el fondo</translation>
        </message>
    </context>
    <context>
        <name>SettingRow</name>
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
            <translation>Volver al valor predeterminado</translation>
        </message>
    </context>
    <context>
        <name>Settings</name>
        <message>
            <source>The file can't be written: {cause}.</source>
            <translation>No se puede escribir el archivo: {cause}.</translation>
        </message>
        <message>
            <source>Choose another folder.</source>
            <translation>Elija otra carpeta.</translation>
        </message>
        <message>
            <source>The file can't be read: {cause}.</source>
            <translation>No se puede leer el archivo: {cause}.</translation>
        </message>
        <message>
            <source>Choose another file.</source>
            <translation>Elija otro archivo.</translation>
        </message>
        <message>
            <source>Lock or unlock the caption bar</source>
            <translation>Bloquear o desbloquear la barra de subtítulos</translation>
        </message>
        <message>
            <source>A locked bar lets clicks through; this key always unlocks it.</source>
            <translation>Una barra bloqueada deja pasar los clics; esta tecla siempre la desbloquea.</translation>
        </message>
        <message>
            <source>Show or hide the caption bar</source>
            <translation>Mostrar u ocultar la barra de subtítulos</translation>
        </message>
        <message>
            <source>Captions go on meanwhile.</source>
            <translation>Los subtítulos siguen mientras tanto.</translation>
        </message>
        <message>
            <source>Start or stop</source>
            <translation>Iniciar o detener</translation>
        </message>
        <message>
            <source>As the big button does.</source>
            <translation>Como el botón grande.</translation>
        </message>
        <message>
            <source>Pause or go on</source>
            <translation>Poner en pausa o seguir</translation>
        </message>
        <message>
            <source>While paused nothing is heard or sent.</source>
            <translation>En pausa no se oye ni se envía nada.</translation>
        </message>
        <message>
            <source>Mute me, or hear me again</source>
            <translation>Silenciarme o volver a oírme</translation>
        </message>
        <message>
            <source>Only the captions stop hearing you; the others in the call still do.</source>
            <translation>Solo los subtítulos dejan de oírle; los demás de la llamada le siguen oyendo.</translation>
        </message>
        <message>
            <source>Mark this moment</source>
            <translation>Marcar este momento</translation>
        </message>
        <message>
            <source>To find it again in the transcript.</source>
            <translation>Para volver a encontrarlo en la transcripción.</translation>
        </message>
        <message>
            <source>Mark this moment with a note</source>
            <translation>Marcar este momento con una nota</translation>
        </message>
        <message>
            <source>The note is asked for at the bar.</source>
            <translation>La nota se escribe junto a la barra.</translation>
        </message>
        <message>
            <source>What did I miss</source>
            <translation>Qué me he perdido</translation>
        </message>
        <message>
            <source>The last two minutes, above the caption bar.</source>
            <translation>Los dos últimos minutos, sobre la barra de subtítulos.</translation>
        </message>
        <message>
            <source>Keep the computer awake</source>
            <translation>Mantener el equipo despierto</translation>
        </message>
        <message>
            <source>While captions run neither the screen nor the computer goes to sleep by itself.</source>
            <translation>Mientras haya subtítulos, ni la pantalla ni el equipo entran en reposo por sí solos.</translation>
        </message>
        <message>
            <source>Start in the tray</source>
            <translation>Iniciar en la bandeja del sistema</translation>
        </message>
        <message>
            <source>The window stays away until you ask for it; only where there is a tray.</source>
            <translation>La ventana no aparece hasta que la pida; solo donde hay bandeja del sistema.</translation>
        </message>
        <message>
            <source>Tell me about new versions</source>
            <translation>Avisarme de las versiones nuevas</translation>
        </message>
        <message>
            <source>Asked for once a day, without a word about you. Nothing is downloaded or installed.</source>
            <translation>Se pregunta una vez al día, sin decir nada de usted. No se descarga ni se instala nada.</translation>
        </message>
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
            <source>Go on when the service is away</source>
            <translation>Seguir cuando el servicio no responda</translation>
        </message>
        <message>
            <source>Captions are made on this computer meanwhile, if it knows the language.</source>
            <translation>Mientras tanto los subtítulos se hacen en este equipo, si conoce el idioma.</translation>
        </message>
        <message>
            <source>Patience with the service</source>
            <translation>Paciencia con el servicio</translation>
        </message>
        <message>
            <source>Seconds that a service may be away before this computer takes over.</source>
            <translation>Segundos que un servicio puede faltar antes de que este equipo tome el relevo.</translation>
        </message>
        <message>
            <source>Minutes a month</source>
            <translation>Minutos al mes</translation>
        </message>
        <message>
            <source>For each provider; 0 for no limit.</source>
            <translation>Para cada servicio; 0 para ningún límite.</translation>
        </message>
        <message>
            <source>Price a minute</source>
            <translation>Precio por minuto</translation>
        </message>
        <message>
            <source>In US dollars, for each provider; 0 for that of the price list, where it is known.</source>
            <translation>En dólares estadounidenses, para cada proveedor; 0 para el de la tarifa, si se conoce.</translation>
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
            <source>Place</source>
            <translation>Lugar</translation>
        </message>
        <message>
            <source>Where it stands until you move it. Docks keep their space free where the system allows.</source>
            <translation>Donde está mientras no la mueva. Las franjas reservan su espacio si el sistema lo permite.</translation>
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
            <source>Behind the letters</source>
            <translation>Detrás de las letras</translation>
        </message>
        <message>
            <source>By itself: the panel, and an outline where the panel is too thin to read on.</source>
            <translation>Automático: el fondo, y un contorno cuando el fondo es demasiado transparente para leer.</translation>
        </message>
        <message>
            <source>Line spacing</source>
            <translation>Interlineado</translation>
        </message>
        <message>
            <source>In percent of the typeface's own.</source>
            <translation>En porcentaje del propio de la letra.</translation>
        </message>
        <message>
            <source>Letter spacing</source>
            <translation>Espacio entre letras</translation>
        </message>
        <message>
            <source>Added to each letter, in percent of the text size.</source>
            <translation>Se añade a cada letra, en porcentaje del tamaño del texto.</translation>
        </message>
        <message>
            <source>Your colour</source>
            <translation>Su color</translation>
        </message>
        <message>
            <source>Of your name and bar. Empty to suit the panel.</source>
            <translation>De su nombre y su trazo. Vacío: según el fondo.</translation>
        </message>
        <message>
            <source>Their colour</source>
            <translation>El color de los demás</translation>
        </message>
        <message>
            <source>Of their name and bar. Empty to suit the panel.</source>
            <translation>De su nombre y su trazo. Vacío: según el fondo.</translation>
        </message>
        <message>
            <source>Sides</source>
            <translation>Lados</translation>
        </message>
        <message>
            <source>Where your own words stand.</source>
            <translation>Dónde aparecen sus propias palabras.</translation>
        </message>
        <message>
            <source>Names of speakers</source>
            <translation>Nombres de quienes hablan</translation>
        </message>
        <message>
            <source>Beside their words, where a provider tells speakers apart.</source>
            <translation>Junto a sus palabras, cuando un servicio distingue las voces.</translation>
        </message>
        <message>
            <source>Uncertain words</source>
            <translation>Palabras inseguras</translation>
        </message>
        <message>
            <source>They are dimmed until they are certain. Fewer of them is calmer, and a little later.</source>
            <translation>Se ven atenuadas hasta que son seguras. Cuantas menos haya, más calma, pero algo más tarde.</translation>
        </message>
        <message>
            <source>Reading speed</source>
            <translation>Velocidad de lectura</translation>
        </message>
        <message>
            <source>In words a minute. No line leaves before it could be read at this speed; 0 never waits.</source>
            <translation>En palabras por minuto. Ninguna línea se va antes de que haya podido leerse a esta velocidad; 0 no espera nunca.</translation>
        </message>
        <message>
            <source>Read captions out</source>
            <translation>Anunciar los subtítulos</translation>
        </message>
        <message>
            <source>Finished sentences are handed to your screen reader.</source>
            <translation>Las frases terminadas se pasan a su lector de pantalla.</translation>
        </message>
        <message>
            <source>Pause between announcements</source>
            <translation>Pausa entre anuncios</translation>
        </message>
        <message>
            <source>In seconds; what is said meanwhile is announced together.</source>
            <translation>En segundos; lo que se dice entretanto se anuncia junto.</translation>
        </message>
        <message>
            <source>Hide from screen sharing</source>
            <translation>Ocultar al compartir la pantalla</translation>
        </message>
        <message>
            <source>On Windows and macOS. The caption bar's menu says whether it works.</source>
            <translation>En Windows y macOS. El menú de la barra dice si funciona.</translation>
        </message>
        <message>
            <source>Locked</source>
            <translation>Bloqueada</translation>
        </message>
        <message>
            <source>Clicks go through the caption bar to what lies below. Ctrl+L or the tray unlocks it.</source>
            <translation>Los clics atraviesan la barra hasta lo que hay debajo. Ctrl+L o el icono del sistema la desbloquea.</translation>
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
            <source>Keep transcripts</source>
            <translation>Conservar las transcripciones</translation>
        </message>
        <message>
            <source>Without it nothing is saved: what was said is gone when captions stop.</source>
            <translation>Sin esto no se guarda nada: lo que se dijo desaparece al detener los subtítulos.</translation>
        </message>
        <message>
            <source>Keep the sound</source>
            <translation>Conservar el sonido</translation>
        </message>
        <message>
            <source>What is heard is saved beside the transcript, from the next session on: 60 to 70 MB an hour for each side. Whoever can open your files can hear it. Ask before you record others; the law may want it.</source>
            <translation>Lo que se oye se guarda junto a la transcripción, desde la próxima sesión: de 60 a 70 MB por hora y lado. Quien pueda abrir sus archivos podrá escucharlo. Pida permiso antes de grabar a otras personas; la ley puede exigirlo.</translation>
        </message>
        <message>
            <source>Remind me to tell the others</source>
            <translation>Recordarme que avise a los demás</translation>
        </message>
        <message>
            <source>At the start of each session, with a sentence to read out or to send.</source>
            <translation>Al empezar cada sesión, con una frase para leer en voz alta o enviar.</translation>
        </message>
        <message>
            <source>Delete after</source>
            <translation>Eliminar después de</translation>
        </message>
        <message>
            <source>Days after the last change, for good; 0 keeps everything. Sessions kept by hand stay.</source>
            <translation>Días tras el último cambio, para siempre; 0 lo conserva todo. Las sesiones conservadas a mano se quedan.</translation>
        </message>
        <message>
            <source>Address</source>
            <translation>Dirección</translation>
        </message>
        <message>
            <source>127.0.0.1 lets in nobody but this computer, and tunnels that end on it.</source>
            <translation>127.0.0.1 solo admite a este equipo y a los túneles que terminan en él.</translation>
        </message>
        <message>
            <source>Port</source>
            <translation>Puerto</translation>
        </message>
        <message>
            <source>0 for any that is free.</source>
            <translation>0 para cualquiera que esté libre.</translation>
        </message>
        <message>
            <source>A second caller</source>
            <translation>Una segunda llamada</translation>
        </message>
        <message>
            <source>Is refused, replaces the first one, or is captioned beside it.</source>
            <translation>Se rechaza, sustituye a la primera o se subtitula junto a ella.</translation>
        </message>
        <message>
            <source>Two channels</source>
            <translation>Dos canales</translation>
        </message>
        <message>
            <source>Mixed into one side, or captioned as two.</source>
            <translation>Se mezclan en un solo lado o se subtitulan por separado.</translation>
        </message>
        <message>
            <source>Voice gate</source>
            <translation>Detección de voz</translation>
        </message>
        <message>
            <source>What holds no voice is captioned as silence.</source>
            <translation>Lo que no contiene voz pasa por silencio.</translation>
        </message>
        <message>
            <source>Minutes without sound</source>
            <translation>Minutos sin sonido</translation>
        </message>
        <message>
            <source>Then a caller is sent away.</source>
            <translation>Después se termina la llamada.</translation>
        </message>
        <message>
            <source>Hours of one call</source>
            <translation>Horas por llamada</translation>
        </message>
        <message>
            <source>Then it is ended, whatever it sends.</source>
            <translation>Después se termina, envíe lo que envíe.</translation>
        </message>
        <message>
            <source>Certificate</source>
            <translation>Certificado</translation>
        </message>
        <message>
            <source>A PEM file, for calls over a network. Empty for none.</source>
            <translation>Un archivo PEM, para llamadas por la red. Vacío si no hay.</translation>
        </message>
        <message>
            <source>Private key</source>
            <translation>Clave privada</translation>
        </message>
        <message>
            <source>A PEM file. Empty when the certificate's file has it.</source>
            <translation>Un archivo PEM. Vacío si está en el del certificado.</translation>
        </message>
        <message>
            <source>Allow calls that are not encrypted</source>
            <translation>Permitir llamadas sin cifrar</translation>
        </message>
        <message>
            <source>Anybody on the way could listen in. Not needed on 127.0.0.1.</source>
            <translation>Cualquiera por el camino podría escuchar. No hace falta con 127.0.0.1.</translation>
        </message>
        <message>
            <source>Own names</source>
            <translation>Nombres propios</translation>
        </message>
        <message>
            <source>As callers know this computer, or its tunnel.</source>
            <translation>Los que usan quienes llaman para este equipo o su túnel.</translation>
        </message>
        <message>
            <source>Voximplant rule</source>
            <translation>Regla de Voximplant</translation>
        </message>
        <message>
            <source>The number of the routing rule that calls from here are made with.</source>
            <translation>El número de la regla de enrutamiento con la que se hacen las llamadas desde aquí.</translation>
        </message>
        <message>
            <source>Who is called first</source>
            <translation>A quién se llama primero</translation>
        </message>
        <message>
            <source>In calls from here: user:NAME, tel:+NUMBER or sip:ADDRESS.</source>
            <translation>En las llamadas desde aquí: user:NOMBRE, tel:+NÚMERO o sip:DIRECCIÓN.</translation>
        </message>
        <message>
            <source>Number that is shown</source>
            <translation>Número que se muestra</translation>
        </message>
        <message>
            <source>In calls from here to telephones: one that Voximplant knows as yours.</source>
            <translation>En las llamadas desde aquí a teléfonos: uno que Voximplant conoce como suyo.</translation>
        </message>
        <message>
            <source>Web pages</source>
            <translation>Páginas web</translation>
        </message>
        <message>
            <source>Those that may call, say https://example.com.</source>
            <translation>Las que pueden llamar, por ejemplo https://example.com.</translation>
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
            <source>Contrast</source>
            <translation>Contraste</translation>
        </message>
        <message>
            <source>Follow the system, or always high.</source>
            <translation>Como el sistema, o siempre alto.</translation>
        </message>
        <message>
            <source>Reduce motion</source>
            <translation>Reducir el movimiento</translation>
        </message>
        <message>
            <source>Lines jump instead of sliding.</source>
            <translation>Las líneas saltan en lugar de deslizarse.</translation>
        </message>
        <message>
            <source>The settings can't be saved in {folder}: {cause}.</source>
            <translation>No se pueden guardar los ajustes en {folder}: {cause}.</translation>
        </message>
        <message>
            <source>Check that there is room and that this account may write there.</source>
            <translation>Compruebe que haya espacio y que esta cuenta pueda escribir ahí.</translation>
        </message>
        <message>
            <source>The value of {key} can't be used; it has its default.</source>
            <translation>El valor de {key} no se puede usar; se aplica el inicial.</translation>
        </message>
        <message>
            <source>The values of {keys} can't be used; they have their defaults.</source>
            <translation>Los valores de {keys} no se pueden usar; se aplican los iniciales.</translation>
        </message>
        <message>
            <source>The settings were saved by a newer Overtitle; what this one knows is used, all is kept.</source>
            <translation>Los ajustes son de una versión más nueva; se usan los que esta conoce y se conservan todos.</translation>
        </message>
        <message>
            <source>Update Overtitle to use the rest.</source>
            <translation>Actualice Overtitle para usar los demás.</translation>
        </message>
        <message>
            <source>The settings file is damaged and kept as {name}; the defaults are used.</source>
            <translation>El archivo de ajustes está dañado y se conserva como {name}; se usan los valores iniciales.</translation>
        </message>
        <message>
            <source>Set things again, or repair that file and rename it to {name}.</source>
            <translation>Vuelva a hacer los ajustes, o repare ese archivo y llámelo {name}.</translation>
        </message>
        <message>
            <source>The settings in {folder} can't be read: {cause}; the defaults are used.</source>
            <translation>No se pueden leer los ajustes de {folder}: {cause}; se usan los valores iniciales.</translation>
        </message>
        <message>
            <source>Check that this account may read and write there.</source>
            <translation>Compruebe que esta cuenta pueda leer y escribir ahí.</translation>
        </message>
        <message>
            <source>The file was made by a newer Overtitle.</source>
            <translation>El archivo es de una versión más reciente de Overtitle.</translation>
        </message>
        <message>
            <source>Update Overtitle, and import it then.</source>
            <translation>Actualice Overtitle e impórtelo después.</translation>
        </message>
        <message>
            <source>That is no file of settings; nothing was changed.</source>
            <translation>No es un archivo de ajustes; no se ha cambiado nada.</translation>
        </message>
        <message>
            <source>Choose a file that “Export” has made.</source>
            <translation>Elija un archivo creado con «Exportar».</translation>
        </message>
        <message>
            <source>Everything else can be taken over.</source>
            <translation>Todo lo demás se puede importar.</translation>
        </message>
        <message>
            <source>Can't be used and stays as it is: {keys}.</source>
            <translation>No se puede usar y queda como está: {keys}.</translation>
        </message>
        <message>
            <source>The value of {key} can't be used.</source>
            <translation>El valor de {key} no se puede usar.</translation>
        </message>
        <message>
            <source>There is no setting {key}.</source>
            <translation>No existe el ajuste {key}.</translation>
        </message>
        <message>
            <source>Did you mean {nearest}?</source>
            <translation>¿Quería decir {nearest}?</translation>
        </message>
        <message>
            <source>There are: {keys}.</source>
            <translation>Existen: {keys}.</translation>
        </message>
        <message>
            <source>{key} is a whole number from {low} to {high}.</source>
            <translation>{key} es un número entero de {low} a {high}.</translation>
        </message>
        <message>
            <source>{key} is a colour such as #14161a.</source>
            <translation>{key} es un color, por ejemplo #14161a.</translation>
        </message>
        <message>
            <source>{key} is one of: {words}.</source>
            <translation>{key} es uno de estos: {words}.</translation>
        </message>
        <message>
            <source>{key} is yes or no (true or false in the file).</source>
            <translation>{key} es sí o no (true o false en el archivo).</translation>
        </message>
        <message>
            <source>{key} is a list of words.</source>
            <translation>{key} es una lista de palabras.</translation>
        </message>
        <message>
            <source>{key} holds a table of texts for each provider.</source>
            <translation>{key} contiene una tabla de textos para cada servicio.</translation>
        </message>
        <message>
            <source>{key} is a text.</source>
            <translation>{key} es un texto.</translation>
        </message>
    </context>
    <context>
        <name>SettingsDialog</name>
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
        <message>
            <source>High</source>
            <translation>Alto</translation>
        </message>
        <message>
            <source>Is refused</source>
            <translation>Se rechaza</translation>
        </message>
        <message>
            <source>Replaces the first one</source>
            <translation>Sustituye a la primera</translation>
        </message>
        <message>
            <source>Both together</source>
            <translation>Ambas a la vez</translation>
        </message>
        <message>
            <source>Two sides</source>
            <translation>Dos lados</translation>
        </message>
        <message>
            <source>Off</source>
            <translation>Ninguna</translation>
        </message>
        <message>
            <source>Loudness</source>
            <translation>Volumen</translation>
        </message>
        <message>
            <source>Settings</source>
            <translation>Ajustes</translation>
        </message>
        <message>
            <source>Search settings</source>
            <translation>Buscar un ajuste</translation>
        </message>
        <message>
            <source>Groups of settings</source>
            <translation>Grupos de ajustes</translation>
        </message>
        <message>
            <source>Account and options…</source>
            <translation>Cuenta y opciones…</translation>
        </message>
        <message>
            <source>Address, token and callers…</source>
            <translation>Dirección, clave y llamadas…</translation>
        </message>
        <message>
            <source>Undo</source>
            <translation>Deshacer</translation>
        </message>
        <message>
            <source>Reset this page</source>
            <translation>Restablecer esta página</translation>
        </message>
        <message>
            <source>Import…</source>
            <translation>Importar…</translation>
        </message>
        <message>
            <source>Export…</source>
            <translation>Exportar…</translation>
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
            <source>Remote calls</source>
            <translation>Llamadas remotas</translation>
        </message>
        <message>
            <source>Appearance</source>
            <translation>Apariencia</translation>
        </message>
        <message>
            <source>Keys everywhere</source>
            <translation>Teclas globales</translation>
        </message>
        <message>
            <source>This computer</source>
            <translation>Este equipo</translation>
        </message>
        <message>
            <source>Counts from the next start on.</source>
            <translation>Se aplica la próxima vez que se inicie.</translation>
        </message>
        <message>
            <source>Settings found: {count}</source>
            <translation>Ajustes encontrados: {count}</translation>
        </message>
        <message>
            <source>This page has its defaults again.</source>
            <translation>Esta página vuelve a tener sus valores predeterminados.</translation>
        </message>
        <message>
            <source>Everything is as it was.</source>
            <translation>Todo está como antes.</translation>
        </message>
    </context>
    <context>
        <name>SettingsHost</name>
        <message>
            <source>Saved: {path}</source>
            <translation>Guardado: {path}</translation>
        </message>
        <message>
            <source>The imported settings count now.</source>
            <translation>Los ajustes importados ya están en vigor.</translation>
        </message>
        <message>
            <source>Import settings</source>
            <translation>Importar ajustes</translation>
        </message>
        <message>
            <source>Export settings</source>
            <translation>Exportar los ajustes</translation>
        </message>
    </context>
    <context>
        <name>Sharing</name>
        <message>
            <source>Seen when the screen is shared</source>
            <translation>Visible al compartir la pantalla</translation>
        </message>
        <message>
            <source>Hidden when the screen is shared</source>
            <translation>Oculta al compartir la pantalla</translation>
        </message>
        <message>
            <source>The system refused to hide it: it is seen</source>
            <translation>El sistema se negó a ocultarla: es visible</translation>
        </message>
        <message>
            <source>This system can’t hide it: it is seen</source>
            <translation>Este sistema no puede ocultarla: es visible</translation>
        </message>
    </context>
    <context>
        <name>Shortcuts</name>
        <message>
            <source>{keys} would be missing everywhere else. Add Ctrl or Alt.</source>
            <translation>{keys} faltaría en todos los demás programas. Añada Ctrl o Alt.</translation>
        </message>
        <message>
            <source>{keys} is already used for “{other}”.</source>
            <translation>{keys} ya se usa para «{other}».</translation>
        </message>
        <message>
            <source>{action}: {reason}</source>
            <translation>{action}: {reason}</translation>
        </message>
        <message>
            <source>{keys} belongs to another program. Choose other keys.</source>
            <translation>{keys} pertenece a otro programa. Elija otras teclas.</translation>
        </message>
        <message>
            <source>This keyboard has no {keys}. Choose other keys.</source>
            <translation>Este teclado no tiene {keys}. Elija otras teclas.</translation>
        </message>
        <message>
            <source>This desktop lends no keys to programs. In its own keyboard settings, let keys run `overtitle --press lock`, bar, start, pause, mute, mark, note or miss.</source>
            <translation>Este escritorio no presta teclas a los programas. En sus propios ajustes de teclado, asigne teclas a `overtitle --press lock`, bar, start, pause, mute, mark, note o miss.</translation>
        </message>
        <message>
            <source>The desktop did not give these keys. Change one of them to be asked again.</source>
            <translation>El escritorio no concedió estas teclas. Cambie una de ellas para que vuelva a preguntar.</translation>
        </message>
        <message>
            <source>The desktop did not give {keys}. Its own settings may.</source>
            <translation>El escritorio no concedió {keys}. Quizá sus propios ajustes puedan.</translation>
        </message>
        <message>
            <source>The desktop decides which keys work: {list}.</source>
            <translation>El escritorio decide qué teclas valen: {list}.</translation>
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
            <source>Paused: nothing is heard or sent</source>
            <translation>En pausa: no se oye ni se envía nada</translation>
        </message>
        <message>
            <source>No sound from your microphone for {seconds} s. Is it muted?</source>
            <translation>El micrófono lleva {seconds} s sin sonido. ¿Está silenciado?</translation>
        </message>
        <message>
            <source>No sound from {lane} for {seconds} s. Is the call muted?</source>
            <translation>{seconds} s sin sonido ({lane}). ¿Está silenciada la llamada?</translation>
        </message>
        <message>
            <source>Listening; your microphone is muted by the system</source>
            <translation>Escuchando; el sistema tiene silenciado su micrófono</translation>
        </message>
        <message>
            <source>Listening; the speakers are muted by the system</source>
            <translation>Escuchando; el sistema tiene silenciados los altavoces</translation>
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
            <source>Captions have stopped</source>
            <translation>Los subtítulos se han detenido</translation>
        </message>
        <message>
            <source>Waiting for the last words; “Stop now” ends without them</source>
            <translation>Esperando las últimas palabras; «Terminar» acaba sin ellas</translation>
        </message>
    </context>
    <context>
        <name>StatusBar</name>
        <message>
            <source>Check the sound</source>
            <translation>Comprobar el sonido</translation>
        </message>
        <message>
            <source>Open the folder</source>
            <translation>Abrir la carpeta</translation>
        </message>
        <message>
            <source>Keep</source>
            <translation>Conservar</translation>
        </message>
        <message>
            <source>Keep this session</source>
            <translation>Conservar esta sesión</translation>
        </message>
        <message>
            <source>Without it, nothing of this session is saved once captions stop.</source>
            <translation>Sin esto, no queda nada de esta sesión cuando se detienen los subtítulos.</translation>
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
            <source>Saved with the sound: {path}</source>
            <translation>Guardado con el sonido: {path}</translation>
        </message>
        <message>
            <source>Saved as you speak, with the sound: {path}</source>
            <translation>Se guarda mientras se habla, con el sonido: {path}</translation>
        </message>
        <message>
            <source>Removed when captions stop</source>
            <translation>Se elimina al detener los subtítulos</translation>
        </message>
        <message>
            <source>Opens the folder.</source>
            <translation>Abre la carpeta.</translation>
        </message>
        <message>
            <source>Nothing was kept of this session</source>
            <translation>No se conservó nada de esta sesión</translation>
        </message>
        <message>
            <source>{seconds} s behind</source>
            <translation>{seconds} s de retraso</translation>
        </message>
    </context>
    <context>
        <name>Symbl</name>
        <message>
            <source>App id</source>
            <translation>Identificador de la aplicación</translation>
        </message>
        <message>
            <source>Together with the app secret; leave both empty if you have an access token.</source>
            <translation>Junto con el secreto de la aplicación; deje ambos vacíos si tiene un token de acceso.</translation>
        </message>
        <message>
            <source>App secret</source>
            <translation>Secreto de la aplicación</translation>
        </message>
        <message>
            <source>Access token</source>
            <translation>Token de acceso</translation>
        </message>
        <message>
            <source>Instead of app id and secret. It is used as it is, until it runs out.</source>
            <translation>En lugar del identificador y el secreto. Se usa tal cual, hasta que caduque.</translation>
        </message>
        <message>
            <source>An access token is needed, or an app id together with its secret.</source>
            <translation>Hace falta un token de acceso, o un identificador de aplicación con su secreto.</translation>
        </message>
        <message>
            <source>Ask who runs the server for them.</source>
            <translation>Pídalos a quien administra el servidor.</translation>
        </message>
        <message>
            <source>The server does not accept this app id and secret (HTTP status {status}).</source>
            <translation>El servidor no acepta este identificador y este secreto (estado HTTP {status}).</translation>
        </message>
        <message>
            <source>Enter both once more, without spaces around them.</source>
            <translation>Introduzca ambos otra vez, sin espacios alrededor.</translation>
        </message>
        <message>
            <source>The server makes no more tokens at the moment (HTTP status 429).</source>
            <translation>El servidor no entrega más tokens por el momento (estado HTTP 429).</translation>
        </message>
        <message>
            <source>The server can't make a token at the moment (HTTP status {status}).</source>
            <translation>El servidor no puede entregar un token en este momento (estado HTTP {status}).</translation>
        </message>
        <message>
            <source>What answers at this address makes no access tokens as Symbl does.</source>
            <translation>Lo que responde en esta dirección no entrega tokens de acceso como lo hace Symbl.</translation>
        </message>
        <message>
            <source>Check the option url, or enter an access token instead of app id and secret.</source>
            <translation>Compruebe la opción url, o introduzca un token de acceso en lugar del identificador y el secreto.</translation>
        </message>
        <message>
            <source>Symbl.ai's own service was discontinued; {host} can't be reached.</source>
            <translation>El servicio de Symbl.ai fue retirado; no se puede llegar a {host}.</translation>
        </message>
        <message>
            <source>Set the option url to another server that speaks Symbl's realtime protocol.</source>
            <translation>Indique en la opción url otro servidor que hable el protocolo en tiempo real de Symbl.</translation>
        </message>
        <message>
            <source>The server does not accept the access token (HTTP status {status}).</source>
            <translation>El servidor no acepta el token de acceso (estado HTTP {status}).</translation>
        </message>
        <message>
            <source>It may have run out: enter a new one, or an app id and its secret.</source>
            <translation>Puede que haya caducado: introduzca uno nuevo, o un identificador de aplicación y su secreto.</translation>
        </message>
        <message>
            <source>The server has no streams at this path (HTTP status 404).</source>
            <translation>El servidor no abre transmisiones en esta ruta (estado HTTP 404).</translation>
        </message>
        <message>
            <source>Check the options url and path.</source>
            <translation>Compruebe las opciones url y path.</translation>
        </message>
        <message>
            <source>The account has reached its number of streams at a time (HTTP status 429).</source>
            <translation>La cuenta ha alcanzado su número de transmisiones simultáneas (estado HTTP 429).</translation>
        </message>
        <message>
            <source>Close other streams: each side of a call takes one.</source>
            <translation>Cierre otras transmisiones: cada lado de una llamada ocupa una.</translation>
        </message>
        <message>
            <source>The server does not accept the access token: {reason}</source>
            <translation>El servidor no acepta el token de acceso: {reason}</translation>
        </message>
        <message>
            <source>The account has reached a limit of the server: {reason}</source>
            <translation>La cuenta ha alcanzado un límite del servidor: {reason}</translation>
        </message>
        <message>
            <source>The server does not caption this language: {reason}</source>
            <translation>El servidor no subtitula este idioma: {reason}</translation>
        </message>
        <message>
            <source>Choose another language, or another one in the option language-code.</source>
            <translation>Elija otro idioma, u otro en la opción language-code.</translation>
        </message>
        <message>
            <source>The server does not accept the request: {reason}</source>
            <translation>El servidor no acepta la solicitud: {reason}</translation>
        </message>
        <message>
            <source>Check the options of this provider.</source>
            <translation>Compruebe las opciones de este proveedor.</translation>
        </message>
        <message>
            <source>The server reports an error: {reason}</source>
            <translation>El servidor comunica un error: {reason}</translation>
        </message>
        <message>
            <source>The server did not begin to listen in time.</source>
            <translation>El servidor no empezó a escuchar a tiempo.</translation>
        </message>
        <message>
            <source>Check that it speaks Symbl's realtime protocol, and its own log.</source>
            <translation>Compruebe que habla el protocolo en tiempo real de Symbl y mire su registro.</translation>
        </message>
        <message>
            <source>The server closed the connection before it listened (code {code}).</source>
            <translation>El servidor cerró la conexión antes de escuchar (código {code}).</translation>
        </message>
        <message>
            <source>Check the options of this provider, and the server's own log.</source>
            <translation>Compruebe las opciones de este proveedor y el registro del servidor.</translation>
        </message>
        <message>
            <source>The server ended the stream before the sound was over (code {code}).</source>
            <translation>El servidor terminó la transmisión antes de que acabara el sonido (código {code}).</translation>
        </message>
        <message>
            <source>What answers at this address does not speak Symbl's realtime protocol.</source>
            <translation>Lo que responde en esta dirección no habla el protocolo en tiempo real de Symbl.</translation>
        </message>
        <message>
            <source>Address of the server</source>
            <translation>Dirección del servidor</translation>
        </message>
        <message>
            <source>Such as wss://symbl.example.com. Symbl.ai's own addresses no longer exist.</source>
            <translation>Como wss://symbl.example.com. Las direcciones de Symbl.ai ya no existen.</translation>
        </message>
        <message>
            <source>Path</source>
            <translation>Ruta</translation>
        </message>
        <message>
            <source>Where streams are opened on the server.</source>
            <translation>Dónde se abren las transmisiones en el servidor.</translation>
        </message>
        <message>
            <source>Language of the server</source>
            <translation>Idioma del servidor</translation>
        </message>
        <message>
            <source>Sent instead of the caption language, such as es-ES, if your server knows it.</source>
            <translation>Se envía en lugar del idioma de los subtítulos, como es-ES, si su servidor lo conoce.</translation>
        </message>
        <message>
            <source>Insights</source>
            <translation>Hallazgos</translation>
        </message>
        <message>
            <source>Of question, action_item and follow_up, separated by commas; none for none.</source>
            <translation>De question, action_item y follow_up, separados por comas; none para ninguno.</translation>
        </message>
        <message>
            <source>Confidence of insights</source>
            <translation>Confianza de los hallazgos</translation>
        </message>
        <message>
            <source>From 0.5 to 1.</source>
            <translation>De 0.5 a 1.</translation>
        </message>
        <message>
            <source>Names and terms</source>
            <translation>Nombres y términos</translation>
        </message>
        <message>
            <source>Separated by commas; they are recognised better.</source>
            <translation>Separados por comas; se reconocen mejor.</translation>
        </message>
        <message>
            <source>Trackers</source>
            <translation>Rastreadores</translation>
        </message>
        <message>
            <source>What is to be noticed, such as Price: cost, budget; Rival: Acme, Initech.</source>
            <translation>Lo que hay que notar, por ejemplo Price: cost, budget; Rival: Acme, Initech.</translation>
        </message>
        <message>
            <source>All trackers of the account</source>
            <translation>Todos los rastreadores de la cuenta</translation>
        </message>
        <message>
            <source>Use those that are set up on the server as well.</source>
            <translation>Usar también los que están definidos en el servidor.</translation>
        </message>
        <message>
            <source>Sentiment</source>
            <translation>Sentimiento</translation>
        </message>
        <message>
            <source>Ask the server to judge the mood as well.</source>
            <translation>Pedir al servidor que valore también el ánimo.</translation>
        </message>
        <message>
            <source>Title</source>
            <translation>Título</translation>
        </message>
        <message>
            <source>What the conversation is called on the server.</source>
            <translation>Cómo se llama la conversación en el servidor.</translation>
        </message>
        <message>
            <source>Your name</source>
            <translation>Su nombre</translation>
        </message>
        <message>
            <source>What the server calls the speaker.</source>
            <translation>Cómo llama el servidor a quien habla.</translation>
        </message>
        <message>
            <source>Your e-mail</source>
            <translation>Su correo electrónico</translation>
        </message>
        <message>
            <source>Who the speaker is; an e-mail address may get a summary from the server.</source>
            <translation>Quién habla; una dirección de correo puede recibir un resumen del servidor.</translation>
        </message>
        <message>
            <source>Send a summary to</source>
            <translation>Enviar un resumen a</translation>
        </message>
        <message>
            <source>E-mail addresses separated by commas; the server sends it at the end.</source>
            <translation>Direcciones de correo separadas por comas; el servidor lo envía al final.</translation>
        </message>
        <message>
            <source>Time zone</source>
            <translation>Zona horaria</translation>
        </message>
        <message>
            <source>Minutes by which UTC is ahead, for dates in insights; 300 in New York.</source>
            <translation>Minutos que UTC va por delante, para las fechas de los hallazgos; 300 en Nueva York.</translation>
        </message>
        <message>
            <source>Wait for a reconnect</source>
            <translation>Espera de reconexión</translation>
        </message>
        <message>
            <source>Seconds that the server keeps the conversation when the connection broke.</source>
            <translation>Segundos que el servidor conserva la conversación cuando se corta la conexión.</translation>
        </message>
        <message>
            <source>Allow no encryption</source>
            <translation>Permitir sin cifrado</translation>
        </message>
        <message>
            <source>Allow a ws:// address of another computer: anyone on the way can listen.</source>
            <translation>Permitir una dirección ws:// de otro equipo: cualquiera por el camino puede escuchar.</translation>
        </message>
        <message>
            <source>No server was named: Symbl.ai's own service was discontinued.</source>
            <translation>No se indicó ningún servidor: el servicio de Symbl.ai fue retirado.</translation>
        </message>
        <message>
            <source>Set the option url to a server that speaks Symbl's realtime protocol.</source>
            <translation>Indique en la opción url un servidor que hable el protocolo en tiempo real de Symbl.</translation>
        </message>
        <message>
            <source>Give e-mail addresses, separated by commas.</source>
            <translation>Indique direcciones de correo, separadas por comas.</translation>
        </message>
        <message>
            <source>Symbl's protocol streams English (US) only, not {language}.</source>
            <translation>El protocolo de Symbl solo transmite inglés (EE. UU.), no {language}.</translation>
        </message>
        <message>
            <source>Choose another provider, or set the option language-code if your server knows more.</source>
            <translation>Elija otro proveedor, o use la opción language-code si su servidor conoce más idiomas.</translation>
        </message>
        <message>
            <source>Give some of {choices}, or none.</source>
            <translation>Indique algunos de {choices}, o none.</translation>
        </message>
        <message>
            <source>Give names with their words, such as Price: cost, budget; Rival: Acme.</source>
            <translation>Indique nombres con sus palabras, como Price: cost, budget; Rival: Acme.</translation>
        </message>
        <message>
            <source>Give a number from {low} to {high}.</source>
            <translation>Indique un número de {low} a {high}.</translation>
        </message>
        <message>
            <source>The option {key} can't be used like this.</source>
            <translation>La opción {key} no se puede usar así.</translation>
        </message>
        <message>
            <source>Symbl-compatible server</source>
            <translation>Servidor compatible con Symbl</translation>
        </message>
        <message>
            <source>The sound is sent to the server that you name. Symbl.ai's own service was discontinued.</source>
            <translation>El sonido se envía al servidor que usted indique. El servicio de Symbl.ai fue retirado.</translation>
        </message>
        <message>
            <source>Symbl.ai itself was discontinued</source>
            <translation>Symbl.ai fue retirado</translation>
        </message>
        <message>
            <source>access token</source>
            <translation>token de acceso</translation>
        </message>
        <message>
            <source>The one that was entered, as it is.</source>
            <translation>El que se introdujo, tal cual.</translation>
        </message>
    </context>
    <context>
        <name>TalkPicture</name>
        <message>
            <source>{lane}: {share}, {pace} words a minute</source>
            <translation>{lane}: {share}, {pace} palabras por minuto</translation>
        </message>
        <message>
            <source>At the same time: {share}</source>
            <translation>A la vez: {share}</translation>
        </message>
        <message>
            <source>Nobody: {share}</source>
            <translation>Nadie: {share}</translation>
        </message>
        <message>
            <source>Who spoke when</source>
            <translation>Quién habló y cuándo</translation>
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
            <source>Hears you</source>
            <translation>Le oye</translation>
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
            <source>Hears them</source>
            <translation>Les oye</translation>
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
            <source>Stop now</source>
            <translation>Terminar</translation>
        </message>
        <message>
            <source>Go on (Ctrl+P)</source>
            <translation>Seguir (Ctrl+P)</translation>
        </message>
        <message>
            <source>Pause (Ctrl+P): nothing is heard or sent</source>
            <translation>Pausa (Ctrl+P): no se oye ni se envía nada</translation>
        </message>
        <message>
            <source>Elapsed: {time}</source>
            <translation>Duración: {time}</translation>
        </message>
    </context>
    <context>
        <name>Tour</name>
        <message>
            <source>Skip the tour</source>
            <translation>Omitir la visita</translation>
        </message>
        <message>
            <source>The bars below “You” and “Them” move while somebody is heard. The buttons beside them mute.</source>
            <translation>Las barras bajo «Yo» y «Otros» se mueven cuando se oye a alguien. Los botones de al lado silencian.</translation>
        </message>
        <message>
            <source>Point at the caption bar and its handles appear: move it, size it, lock it. The rail at the left shows and hides it.</source>
            <translation>Señale la barra de subtítulos y aparecen sus controles: muévala, cambie su tamaño, bloquéela. La columna de la izquierda la muestra y la oculta.</translation>
        </message>
        <message>
            <source>Every sentence is saved as it is spoken; the line at the bottom says where.</source>
            <translation>Cada frase se guarda en cuanto se dice; la línea de abajo indica dónde.</translation>
        </message>
        <message>
            <source>{number} of {count}</source>
            <translation>{number} de {count}</translation>
        </message>
        <message>
            <source>Done</source>
            <translation>Listo</translation>
        </message>
        <message>
            <source>Next</source>
            <translation>Siguiente</translation>
        </message>
        <message>
            <source>Tour</source>
            <translation>Visita</translation>
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
        <message>
            <source>What was said before is in the saved transcript</source>
            <translation>Lo que se dijo antes está en la transcripción guardada</translation>
        </message>
        <message>
            <source>What was said before is not kept</source>
            <translation>Lo que se dijo antes no se conserva</translation>
        </message>
    </context>
    <context>
        <name>Transcripts</name>
        <message>
            <source>Copy what is shown before it is gone: some of it is not saved.</source>
            <translation>Copie lo que se muestra antes de que desaparezca: una parte no está guardada.</translation>
        </message>
        <message>
            <source>This transcript is still being written.</source>
            <translation>Esta transcripción todavía se está escribiendo.</translation>
        </message>
        <message>
            <source>Stop the captions first.</source>
            <translation>Detenga primero los subtítulos.</translation>
        </message>
        <message>
            <source>The transcript can't be deleted: {cause}.</source>
            <translation>No se puede eliminar la transcripción: {cause}.</translation>
        </message>
        <message>
            <source>Check that this account may change the folder {folder}.</source>
            <translation>Compruebe que esta cuenta pueda modificar la carpeta {folder}.</translation>
        </message>
        <message>
            <source>{file} says something else than the transcript, so it is left as it is.</source>
            <translation>{file} dice algo distinto de la transcripción, así que queda como está.</translation>
        </message>
        <message>
            <source>Give it another name, and export the transcript from the library.</source>
            <translation>Déle otro nombre y exporte la transcripción desde la biblioteca.</translation>
        </message>
        <message>
            <source>The transcript is changed, but {file} beside it is not.</source>
            <translation>La transcripción ha cambiado, pero {file}, junto a ella, no.</translation>
        </message>
        <message>
            <source>There is no export format {format}.</source>
            <translation>No existe el formato de exportación {format}.</translation>
        </message>
        <message>
            <source>Use one of: {formats}.</source>
            <translation>Use uno de estos: {formats}.</translation>
        </message>
        <message>
            <source>The transcript can't be saved in {folder}: a link has its name.</source>
            <translation>La transcripción no se puede guardar en {folder}: un enlace tiene su nombre.</translation>
        </message>
        <message>
            <source>Remove the link or choose another name.</source>
            <translation>Quite el enlace o elija otro nombre.</translation>
        </message>
        <message>
            <source>The transcript can't be saved in {folder}: a folder has its name.</source>
            <translation>La transcripción no se puede guardar en {folder}: una carpeta tiene su nombre.</translation>
        </message>
        <message>
            <source>Choose another name.</source>
            <translation>Elija otro nombre.</translation>
        </message>
        <message>
            <source>The transcript in {folder} is being written by another Overtitle.</source>
            <translation>Otro Overtitle está escribiendo la transcripción de {folder}.</translation>
        </message>
        <message>
            <source>Stop the captions there first.</source>
            <translation>Detenga allí primero los subtítulos.</translation>
        </message>
        <message>
            <source>The transcript can't be read: {cause}.</source>
            <translation>No se puede leer la transcripción: {cause}.</translation>
        </message>
        <message>
            <source>Check that the file is there and that this account may read it.</source>
            <translation>Compruebe que el archivo esté ahí y que esta cuenta pueda leerlo.</translation>
        </message>
        <message>
            <source>This file is too large to be a transcript.</source>
            <translation>Este archivo es demasiado grande para ser una transcripción.</translation>
        </message>
        <message>
            <source>Choose a .jsonl file from the folder of transcripts.</source>
            <translation>Elija un archivo .jsonl de la carpeta de transcripciones.</translation>
        </message>
        <message>
            <source>The library can't be opened in {folder}: {cause}.</source>
            <translation>No se puede abrir la biblioteca en {folder}: {cause}.</translation>
        </message>
        <message>
            <source>Transcripts are safe; check that there is room and that you may write there.</source>
            <translation>Las transcripciones están a salvo; compruebe que haya espacio y permiso para escribir ahí.</translation>
        </message>
        <message>
            <source>There is no transcript {key}.</source>
            <translation>No existe la transcripción {key}.</translation>
        </message>
        <message>
            <source>`overtitle transcripts list` shows the ids of all.</source>
            <translation>`overtitle transcripts list` las muestra todas.</translation>
        </message>
        <message>
            <source>{key} stands for {count} transcripts.</source>
            <translation>{key} corresponde a {count} transcripciones.</translation>
        </message>
        <message>
            <source>Give more of the id, or the path of the file.</source>
            <translation>Indique más caracteres del identificador, o la ruta del archivo.</translation>
        </message>
        <message>
            <source>This file is not a transcript of Overtitle.</source>
            <translation>Este archivo no es una transcripción de Overtitle.</translation>
        </message>
        <message>
            <source>Put it back, or choose another folder in the settings.</source>
            <translation>Vuelva a ponerla, o elija otra carpeta en los ajustes.</translation>
        </message>
        <message>
            <source>Choose another folder in the settings.</source>
            <translation>Elija otra carpeta en los ajustes.</translation>
        </message>
        <message>
            <source>Free some space; saving goes on as soon as there is room.</source>
            <translation>Libere espacio; se seguirá guardando en cuanto haya sitio.</translation>
        </message>
        <message>
            <source>The transcript can't be saved in {folder}: the disk is full.</source>
            <translation>La transcripción no se puede guardar en {folder}: el disco está lleno.</translation>
        </message>
        <message>
            <source>The transcript can't be saved in {folder}: the folder is no longer there.</source>
            <translation>La transcripción no se puede guardar en {folder}: la carpeta ya no está.</translation>
        </message>
        <message>
            <source>The transcript can't be saved in {folder}: this account may not write there.</source>
            <translation>La transcripción no se puede guardar en {folder}: esta cuenta no puede escribir ahí.</translation>
        </message>
        <message>
            <source>The transcript can't be saved in {folder}: the disk is read-only.</source>
            <translation>La transcripción no se puede guardar en {folder}: el disco es de solo lectura.</translation>
        </message>
        <message>
            <source>The transcript can't be saved in {folder}: it is a file, not a folder.</source>
            <translation>La transcripción no se puede guardar en {folder}: es un archivo, no una carpeta.</translation>
        </message>
        <message>
            <source>The transcript can't be saved in {folder}: the file may not grow any larger there.</source>
            <translation>La transcripción no se puede guardar en {folder}: el archivo ya no puede crecer ahí.</translation>
        </message>
        <message>
            <source>The transcript can't be saved in {folder}: the name is too long for this disk.</source>
            <translation>La transcripción no se puede guardar en {folder}: el nombre es demasiado largo para este disco.</translation>
        </message>
        <message>
            <source>The transcript can't be saved in {folder}: the disk does not answer.</source>
            <translation>La transcripción no se puede guardar en {folder}: el disco no responde.</translation>
        </message>
        <message>
            <source>Captions go on; saving goes on as soon as it answers.</source>
            <translation>Los subtítulos siguen; se seguirá guardando en cuanto responda.</translation>
        </message>
        <message>
            <source>The transcript can't be saved in {folder}: the disk reports “{cause}”.</source>
            <translation>La transcripción no se puede guardar en {folder}: el disco indica «{cause}».</translation>
        </message>
        <message>
            <source>Captions and transcript go on. Choose another folder before the next session.</source>
            <translation>Los subtítulos y la transcripción continúan. Elija otra carpeta antes de la próxima sesión.</translation>
        </message>
        <message>
            <source>Captions and transcript go on. Free some space before the next session.</source>
            <translation>Los subtítulos y la transcripción continúan. Libere espacio antes de la próxima sesión.</translation>
        </message>
        <message>
            <source>The sound is no longer kept in {folder}: the disk is full.</source>
            <translation>El sonido ya no se guarda en {folder}: el disco está lleno.</translation>
        </message>
        <message>
            <source>The sound is no longer kept in {folder}: the folder or the file is no longer there.</source>
            <translation>El sonido ya no se guarda en {folder}: la carpeta o el archivo ya no está.</translation>
        </message>
        <message>
            <source>The sound is no longer kept in {folder}: the disk is too slow.</source>
            <translation>El sonido ya no se guarda en {folder}: el disco es demasiado lento.</translation>
        </message>
        <message>
            <source>The sound is no longer kept in {folder}: the disk reports “{cause}”.</source>
            <translation>El sonido ya no se guarda en {folder}: el disco indica «{cause}».</translation>
        </message>
        <message>
            <source>Choose a shorter title.</source>
            <translation>Elija un título más corto.</translation>
        </message>
        <message>
            <source>The transcript can't be put back: {cause}.</source>
            <translation>No se puede restaurar la transcripción: {cause}.</translation>
        </message>
        <message>
            <source>There is no transcript {key} in the trash.</source>
            <translation>No hay ninguna transcripción {key} en la papelera.</translation>
        </message>
        <message>
            <source>`overtitle transcripts list --trash` shows what is there.</source>
            <translation>`overtitle transcripts list --trash` muestra lo que hay.</translation>
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
            <source>Pause</source>
            <translation>Pausa</translation>
        </message>
        <message>
            <source>Mute me</source>
            <translation>Silenciarme</translation>
        </message>
        <message>
            <source>Lock the caption bar</source>
            <translation>Bloquear la barra de subtítulos</translation>
        </message>
        <message>
            <source>Spoken language</source>
            <translation>Idioma hablado</translation>
        </message>
        <message>
            <source>Captions by</source>
            <translation>Subtítulos de</translation>
        </message>
        <message>
            <source>Quit Overtitle</source>
            <translation>Salir de Overtitle</translation>
        </message>
        <message>
            <source>Stop</source>
            <translation>Detener</translation>
        </message>
        <message>
            <source>Something needs you: open the window</source>
            <translation>Algo requiere su atención: abra la ventana</translation>
        </message>
        <message>
            <source>Not listening</source>
            <translation>Sin escuchar</translation>
        </message>
        <message>
            <source>Paused</source>
            <translation>En pausa</translation>
        </message>
        <message>
            <source>Reconnecting, keeping your words</source>
            <translation>Reconectando; sus palabras se conservan</translation>
        </message>
        <message>
            <source>Listening, you are muted</source>
            <translation>Escuchando, usted está silenciado</translation>
        </message>
        <message>
            <source>Listening to a remote call</source>
            <translation>Escuchando una llamada remota</translation>
        </message>
        <message>
            <source>Listening</source>
            <translation>Escuchando</translation>
        </message>
    </context>
    <context>
        <name>UndoStrip</name>
        <message>
            <source>Undo</source>
            <translation>Deshacer</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>Cerrar</translation>
        </message>
    </context>
    <context>
        <name>UpdateStrip</name>
        <message>
            <source>Open the page</source>
            <translation>Abrir la página</translation>
        </message>
        <message>
            <source>Not now</source>
            <translation>Ahora no</translation>
        </message>
        <message>
            <source>Overtitle {version} is out; this is {running}.</source>
            <translation>Ya está disponible Overtitle {version}; esta es la {running}.</translation>
        </message>
    </context>
    <context>
        <name>Usage</name>
        <message>
            <source>Your own limit of {minutes} minutes this month is reached.</source>
            <translation>Se ha alcanzado su propio límite de {minutes} minutos este mes.</translation>
        </message>
        <message>
            <source>Raise the limit in the settings, or let this computer caption.</source>
            <translation>Suba el límite en los ajustes o deje que este equipo haga los subtítulos.</translation>
        </message>
        <message>
            <source>This month: {minutes} min</source>
            <translation>Este mes: {minutes} min</translation>
        </message>
        <message>
            <source>This month: {minutes} of {limit} min</source>
            <translation>Este mes: {minutes} de {limit} min</translation>
        </message>
        <message>
            <source>{used}, about {cost} by your price.</source>
            <translation>{used}, unos {cost} según su precio.</translation>
        </message>
        <message>
            <source>{used}, about {cost} by the list price.</source>
            <translation>{used}, unos {cost} según la tarifa.</translation>
        </message>
    </context>
    <context>
        <name>UsageBox</name>
        <message>
            <source>No limit</source>
            <translation>Sin límite</translation>
        </message>
        <message>
            <source>Minutes a month at most</source>
            <translation>Minutos al mes como máximo</translation>
        </message>
        <message>
            <source>Price a minute, $</source>
            <translation>Precio por minuto, $</translation>
        </message>
        <message>
            <source>Nothing is sent beyond the limit; this computer goes on if it can. The cost is an estimate: your bill may differ.</source>
            <translation>Pasado el límite no se envía nada; este equipo sigue si puede. El coste es una estimación: su factura puede ser distinta.</translation>
        </message>
        <message>
            <source>Use and cost</source>
            <translation>Uso y coste</translation>
        </message>
        <message>
            <source>Unknown</source>
            <translation>Desconocido</translation>
        </message>
        <message>
            <source>List: {price}</source>
            <translation>Tarifa: {price}</translation>
        </message>
    </context>
    <context>
        <name>Vosk</name>
        <message>
            <source>The Vosk server closed the connection before it had answered everything.</source>
            <translation>El servidor Vosk cerró la conexión antes de haber respondido a todo.</translation>
        </message>
        <message>
            <source>Look at the server's own log; captions go on as soon as it can be reached.</source>
            <translation>Mire el registro del servidor; los subtítulos siguen en cuanto se pueda llegar a él.</translation>
        </message>
        <message>
            <source>What stands before the Vosk server does not accept the access token.</source>
            <translation>Lo que protege el servidor Vosk no acepta el token de acceso.</translation>
        </message>
        <message>
            <source>Ask who runs the server for a token.</source>
            <translation>Pida un token a quien administra el servidor.</translation>
        </message>
        <message>
            <source>What answers at this address does not speak as a Vosk server does.</source>
            <translation>Lo que responde en esta dirección no habla como un servidor Vosk.</translation>
        </message>
        <message>
            <source>Check the option url.</source>
            <translation>Compruebe la opción url.</translation>
        </message>
        <message>
            <source>Address of the server</source>
            <translation>Dirección del servidor</translation>
        </message>
        <message>
            <source>Such as wss://recognition.example.com or ws://localhost:2700.</source>
            <translation>Como wss://recognition.example.com o ws://localhost:2700.</translation>
        </message>
        <message>
            <source>Phrases</source>
            <translation>Frases</translation>
        </message>
        <message>
            <source>Separated by commas: the server listens for these alone. For small models only.</source>
            <translation>Separadas por comas: el servidor solo escucha estas. Únicamente para modelos pequeños.</translation>
        </message>
        <message>
            <source>Allow no encryption</source>
            <translation>Permitir sin cifrado</translation>
        </message>
        <message>
            <source>Allow a ws:// address of another computer: anyone on the way can listen.</source>
            <translation>Permitir una dirección ws:// de otro equipo: cualquiera por el camino puede escuchar.</translation>
        </message>
        <message>
            <source>Vosk server</source>
            <translation>Servidor Vosk</translation>
        </message>
        <message>
            <source>The sound is sent to the Vosk server that you name. Its model has to fit the language.</source>
            <translation>El sonido se envía al servidor Vosk que usted indique. Su modelo debe corresponder al idioma.</translation>
        </message>
        <message>
            <source>Access token</source>
            <translation>Token de acceso</translation>
        </message>
        <message>
            <source>Only if a gateway before the server asks for one (Authorization: Bearer).</source>
            <translation>Solo si una pasarela delante del servidor lo pide (Authorization: Bearer).</translation>
        </message>
        <message>
            <source>There is no Vosk model for {language}.</source>
            <translation>No hay ningún modelo Vosk para {language}.</translation>
        </message>
        <message>
            <source>Choose the language of the server's model.</source>
            <translation>Elija el idioma del modelo del servidor.</translation>
        </message>
    </context>
    <context>
        <name>Voximplant</name>
        <message>
            <source>The scenario did not hang up, so the call may go on.</source>
            <translation>El escenario no ha colgado: la llamada puede seguir.</translation>
        </message>
        <message>
            <source>Hang up on the telephone, and paste the scenario's present version.</source>
            <translation>Cuelgue en el teléfono y pegue la versión actual del escenario.</translation>
        </message>
        <message>
            <source>Captions run already.</source>
            <translation>Ya hay subtítulos en marcha.</translation>
        </message>
        <message>
            <source>Stop them, then call.</source>
            <translation>Deténgalos y llame después.</translation>
        </message>
        <message>
            <source>The scenario has started.</source>
            <translation>El escenario se ha iniciado.</translation>
        </message>
        <message>
            <source>Calling: {side}.</source>
            <translation>Llamando: {side}.</translation>
        </message>
        <message>
            <source>On the line: {side}.</source>
            <translation>En línea: {side}.</translation>
        </message>
        <message>
            <source>Connected to {peer}.</source>
            <translation>Conectado con {peer}.</translation>
        </message>
        <message>
            <source>The call is over (code {code}).</source>
            <translation>La llamada ha terminado (código {code}).</translation>
        </message>
        <message>
            <source>The connection to {peer} is lost.</source>
            <translation>Se ha perdido la conexión con {peer}.</translation>
        </message>
        <message>
            <source>The scenario's session takes no connection (HTTP status 404).</source>
            <translation>La sesión del escenario no acepta ninguna conexión (estado HTTP 404).</translation>
        </message>
        <message>
            <source>Check that the rule runs Overtitle's scenario, in its present version.</source>
            <translation>Compruebe que la regla ejecute el escenario de Overtitle en su versión actual.</translation>
        </message>
        <message>
            <source>Voximplant</source>
            <translation>Voximplant</translation>
        </message>
        <message>
            <source>The call itself runs through Voximplant, whoever captions it.</source>
            <translation>La llamada en sí pasa por Voximplant, sea quien sea quien la subtitule.</translation>
        </message>
        <message>
            <source>Account ID</source>
            <translation>Identificador de cuenta</translation>
        </message>
        <message>
            <source>A number; the control panel shows it in the menu of your name.</source>
            <translation>Un número; el panel de control lo muestra en el menú con su nombre.</translation>
        </message>
        <message>
            <source>API key</source>
            <translation>Clave de API</translation>
        </message>
        <message>
            <source>From the section “API keys” of the control panel's settings.</source>
            <translation>En la sección «API keys» de los ajustes del panel de control.</translation>
        </message>
        <message>
            <source>account ID and API key</source>
            <translation>ID de cuenta y clave API</translation>
        </message>
        <message>
            <source>Voximplant knows them</source>
            <translation>Voximplant los conoce</translation>
        </message>
        <message>
            <source>“{address}” is nobody who can be called.</source>
            <translation>«{address}» no es nadie a quien se pueda llamar.</translation>
        </message>
        <message>
            <source>Write user:NAME, tel:+NUMBER or sip:ADDRESS.</source>
            <translation>Escriba user:NOMBRE, tel:+NÚMERO o sip:DIRECCIÓN.</translation>
        </message>
        <message>
            <source>A call to a telephone needs a number to be called from.</source>
            <translation>Para llamar a un teléfono hace falta un número desde el que llamar.</translation>
        </message>
        <message>
            <source>Give one that you rent from Voximplant or have verified there.</source>
            <translation>Indique uno que tenga alquilado o verificado en Voximplant.</translation>
        </message>
        <message>
            <source>The addresses of this call are too long for Voximplant.</source>
            <translation>Las direcciones de esta llamada son demasiado largas para Voximplant.</translation>
        </message>
        <message>
            <source>Use users of your application or telephone numbers.</source>
            <translation>Use usuarios de su aplicación o números de teléfono.</translation>
        </message>
        <message>
            <source>Voximplant does not accept this account ID and API key (error {code}).</source>
            <translation>Voximplant no acepta este identificador de cuenta con esta clave de API (error {code}).</translation>
        </message>
        <message>
            <source>Copy both from the control panel and enter them once more.</source>
            <translation>Cópielos del panel de control e introdúzcalos otra vez.</translation>
        </message>
        <message>
            <source>Voximplant asks for fewer requests at once.</source>
            <translation>Voximplant pide menos solicitudes a la vez.</translation>
        </message>
        <message>
            <source>Voximplant refuses to start the scenario (error {code}).</source>
            <translation>Voximplant se niega a iniciar el escenario (error {code}).</translation>
        </message>
        <message>
            <source>Check the account, the rule's number, and that the scenario belongs to the rule.</source>
            <translation>Compruebe la cuenta, el número de la regla y que el escenario pertenezca a ella.</translation>
        </message>
        <message>
            <source>The answer is none of Voximplant's.</source>
            <translation>La respuesta no es de Voximplant.</translation>
        </message>
        <message>
            <source>Check the address of its API.</source>
            <translation>Compruebe la dirección de su API.</translation>
        </message>
    </context>
    <context>
        <name>WhisperLive</name>
        <message>
            <source>The WhisperLive server does not accept the access key.</source>
            <translation>El servidor WhisperLive no acepta la clave de acceso.</translation>
        </message>
        <message>
            <source>Enter the key with which the server was started (--api_key).</source>
            <translation>Introduzca la clave con la que se inició el servidor (--api_key).</translation>
        </message>
        <message>
            <source>Start the server with more places (--max_clients), or use another one.</source>
            <translation>Inicie el servidor con más plazas (--max_clients), o use otro.</translation>
        </message>
        <message>
            <source>The WhisperLive server is full; a place should be free in {minutes} min.</source>
            <translation>El servidor WhisperLive está lleno; debería quedar una plaza libre en {minutes} min.</translation>
        </message>
        <message>
            <source>The WhisperLive server is full.</source>
            <translation>El servidor WhisperLive está lleno.</translation>
        </message>
        <message>
            <source>The WhisperLive server can't load the model {model}.</source>
            <translation>El servidor WhisperLive no puede cargar el modelo {model}.</translation>
        </message>
        <message>
            <source>Choose another one with the option model, or look at the server's own log.</source>
            <translation>Elija otro con la opción model, o mire el registro del servidor.</translation>
        </message>
        <message>
            <source>The WhisperLive server ended the stream at its time limit; a new one is opened.</source>
            <translation>El servidor WhisperLive terminó la transmisión en su límite de tiempo; se abre una nueva.</translation>
        </message>
        <message>
            <source>Start the server with --max_connection_time, and set the option connection-time to it.</source>
            <translation>Inicie el servidor con --max_connection_time y ponga el mismo valor en la opción connection-time.</translation>
        </message>
        <message>
            <source>The WhisperLive server closed the connection before it was ready.</source>
            <translation>El servidor WhisperLive cerró la conexión antes de estar listo.</translation>
        </message>
        <message>
            <source>Look at the server's own log.</source>
            <translation>Mire el registro del servidor.</translation>
        </message>
        <message>
            <source>The WhisperLive server did not get ready in time.</source>
            <translation>El servidor WhisperLive no estuvo listo a tiempo.</translation>
        </message>
        <message>
            <source>It may be loading a model for the first time: wait a minute and try again.</source>
            <translation>Puede que esté cargando un modelo por primera vez: espere un minuto e inténtelo de nuevo.</translation>
        </message>
        <message>
            <source>The WhisperLive server closed the connection before the sound was over.</source>
            <translation>El servidor WhisperLive cerró la conexión antes de que acabara el sonido.</translation>
        </message>
        <message>
            <source>What answers at this address does not speak as a WhisperLive server does.</source>
            <translation>Lo que responde en esta dirección no habla como un servidor WhisperLive.</translation>
        </message>
        <message>
            <source>Check the option url.</source>
            <translation>Compruebe la opción url.</translation>
        </message>
        <message>
            <source>Address of the server</source>
            <translation>Dirección del servidor</translation>
        </message>
        <message>
            <source>Such as wss://recognition.example.com or ws://localhost:9090.</source>
            <translation>Como wss://recognition.example.com o ws://localhost:9090.</translation>
        </message>
        <message>
            <source>Model</source>
            <translation>Modelo</translation>
        </message>
        <message>
            <source>Its size or name, such as small or large-v3-turbo; a server may have one of its own.</source>
            <translation>Su tamaño o nombre, como small o large-v3-turbo; un servidor puede tener el suyo.</translation>
        </message>
        <message>
            <source>Translate to English</source>
            <translation>Traducir al inglés</translation>
        </message>
        <message>
            <source>The captions are English, whatever is spoken.</source>
            <translation>Los subtítulos están en inglés, se hable lo que se hable.</translation>
        </message>
        <message>
            <source>Detect the language</source>
            <translation>Detectar el idioma</translation>
        </message>
        <message>
            <source>From the first words, instead of the caption language.</source>
            <translation>Por las primeras palabras, en lugar del idioma de los subtítulos.</translation>
        </message>
        <message>
            <source>Skip silence</source>
            <translation>Omitir el silencio</translation>
        </message>
        <message>
            <source>Leave out what is no voice: fewer words that nobody said.</source>
            <translation>Descartar lo que no es voz: menos palabras que nadie dijo.</translation>
        </message>
        <message>
            <source>Times of words</source>
            <translation>Tiempos de las palabras</translation>
        </message>
        <message>
            <source>Better subtitles, more work for the server.</source>
            <translation>Mejores subtítulos, más trabajo para el servidor.</translation>
        </message>
        <message>
            <source>Names and terms</source>
            <translation>Nombres y términos</translation>
        </message>
        <message>
            <source>Words that are likely to be said.</source>
            <translation>Palabras que probablemente se dirán.</translation>
        </message>
        <message>
            <source>Context</source>
            <translation>Contexto</translation>
        </message>
        <message>
            <source>A sentence about what is spoken of, in the same language.</source>
            <translation>Una frase sobre lo que se habla, en el mismo idioma.</translation>
        </message>
        <message>
            <source>Repeats before a sentence is final</source>
            <translation>Repeticiones hasta que una frase es definitiva</translation>
        </message>
        <message>
            <source>How often the server has to hear the same: less is faster, more is surer.</source>
            <translation>Cuántas veces debe oír lo mismo el servidor: menos es más rápido, más es más seguro.</translation>
        </message>
        <message>
            <source>Time limit</source>
            <translation>Límite de tiempo</translation>
        </message>
        <message>
            <source>Seconds that the server lets a stream last; before that a new one is opened.</source>
            <translation>Segundos que el servidor deja durar una transmisión; antes se abre una nueva.</translation>
        </message>
        <message>
            <source>Allow no encryption</source>
            <translation>Permitir sin cifrado</translation>
        </message>
        <message>
            <source>Allow a ws:// address of another computer: anyone on the way can listen.</source>
            <translation>Permitir una dirección ws:// de otro equipo: cualquiera por el camino puede escuchar.</translation>
        </message>
        <message>
            <source>WhisperLive server</source>
            <translation>Servidor WhisperLive</translation>
        </message>
        <message>
            <source>The sound is sent to the WhisperLive server that you name.</source>
            <translation>El sonido se envía al servidor WhisperLive que usted indique.</translation>
        </message>
        <message>
            <source>Access key</source>
            <translation>Clave de acceso</translation>
        </message>
        <message>
            <source>Only if the server was started with --api_key, or a gateway asks for one.</source>
            <translation>Solo si el servidor se inició con --api_key, o si una pasarela la pide.</translation>
        </message>
        <message>
            <source>Whisper can't caption {language}.</source>
            <translation>Whisper no puede subtitular {language}.</translation>
        </message>
        <message>
            <source>Choose another language or another provider.</source>
            <translation>Elija otro idioma u otro proveedor.</translation>
        </message>
        <message>
            <source>The option {key} has to be a number from {low} to {high}.</source>
            <translation>La opción {key} tiene que ser un número de {low} a {high}.</translation>
        </message>
        <message>
            <source>Correct the option, or leave it out.</source>
            <translation>Corrija la opción u omítala.</translation>
        </message>
    </context>
</TS>
