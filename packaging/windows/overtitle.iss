; The installer for Windows, made by Inno Setup 6: python packaging/build.py installer
; VERSION, FROZEN (the frozen folder) and WORK (where the icon lies) come from the command line; so does SIGNED, with a
; sign tool called "signer" (docs/how-to/sign-a-release.md).

[Setup]
AppId={{6F0F1C1E-6B0B-4C53-9C0E-2B7B6C8E5A11}
AppName=Overtitle
AppVersion={#VERSION}
AppPublisher=The Overtitle engineers
DefaultDirName={autopf}\Overtitle
DefaultGroupName=Overtitle
DisableProgramGroupPage=yes
; For one person without an administrator, or for everyone: the person chooses
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=dialog
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
; Qt 6 wants Windows 10 1809
MinVersion=10.0.17763
SetupIconFile={#WORK}\overtitle.ico
UninstallDisplayIcon={app}\overtitle-window.exe
LicenseFile=..\..\LICENSE
WizardStyle=modern
Compression=lzma2/max
SolidCompression=yes
OutputBaseFilename=overtitle-{#VERSION}-windows-x64
; An Overtitle that runs would hold its files
CloseApplications=yes
ChangesEnvironment=yes
#ifdef SIGNED
SignTool=signer
SignedUninstaller=yes
#endif

[Languages]
Name: "en"; MessagesFile: "compiler:Default.isl"
Name: "fr"; MessagesFile: "compiler:Languages\French.isl"
Name: "es"; MessagesFile: "compiler:Languages\Spanish.isl"

[CustomMessages]
en.Path=Let terminals find the command overtitle
fr.Path=Rendre la commande overtitle disponible dans les terminaux
es.Path=Hacer que las terminales encuentren la orden overtitle

[Tasks]
Name: "desktopicon"; Description: "{cm:CreateDesktopIcon}"; Flags: unchecked
Name: "path"; Description: "{cm:Path}"; Flags: unchecked

[InstallDelete]
; An update starts from nothing, so that no library of the old version is found by the new one
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "{#FROZEN}\*"; DestDir: "{app}"; Flags: ignoreversion recursesubdirs createallsubdirs

[Icons]
Name: "{group}\Overtitle"; Filename: "{app}\overtitle-window.exe"
Name: "{autodesktop}\Overtitle"; Filename: "{app}\overtitle-window.exe"; Tasks: desktopicon

[Registry]
Root: HKA; Subkey: "Environment"; ValueType: expandsz; ValueName: "Path"; ValueData: "{olddata};{app}"; \
  Tasks: path; Check: IsNotOnPath(ExpandConstant('{app}')) and not IsAdminInstallMode
Root: HKA; Subkey: "SYSTEM\CurrentControlSet\Control\Session Manager\Environment"; ValueType: expandsz; \
  ValueName: "Path"; ValueData: "{olddata};{app}"; \
  Tasks: path; Check: IsNotOnPath(ExpandConstant('{app}')) and IsAdminInstallMode

[Run]
Filename: "{app}\overtitle-window.exe"; Description: "{cm:LaunchProgram,Overtitle}"; Flags: nowait postinstall skipifsilent

[Code]
function PathKey(): String;
begin
  if IsAdminInstallMode then
    Result := 'SYSTEM\CurrentControlSet\Control\Session Manager\Environment'
  else
    Result := 'Environment';
end;

function IsNotOnPath(Folder: String): Boolean;
var
  Known: String;
begin
  Result := not RegQueryStringValue(HKA, PathKey(), 'Path', Known)
    or (Pos(';' + Uppercase(Folder) + ';', ';' + Uppercase(Known) + ';') = 0);
end;

procedure CurUninstallStepChanged(Step: TUninstallStep);
var
  Known: String;
begin
  if (Step = usPostUninstall) and RegQueryStringValue(HKA, PathKey(), 'Path', Known) then
  begin
    if StringChangeEx(Known, ';' + ExpandConstant('{app}'), '', True) > 0 then
      RegWriteExpandStringValue(HKA, PathKey(), 'Path', Known);
  end;
end;
