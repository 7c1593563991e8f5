#!/bin/sh
# Makes the disk image: dmg.sh APP DMG. Runs on macOS.
#
# OVERTITLE_MACOS_IDENTITY   who signs, say "Developer ID Application: NAME (TEAM)"; PyInstaller has then signed all
#                            that is inside, from the inside out. Unset: an unsigned image for one's own computer.
# OVERTITLE_MACOS_NOTARY     the profile that `xcrun notarytool store-credentials` keeps in the keychain; unset: not
#                            notarised, and other Macs refuse it.
set -eu
app=$1
dmg=$2
identity=${OVERTITLE_MACOS_IDENTITY:-}
notary=${OVERTITLE_MACOS_NOTARY:-}
here=$(dirname "$0")

if [ -n "$identity" ]; then
    # The bundle itself, once more over everything: it seals what PyInstaller has put into it
    codesign --force --options runtime --timestamp --entitlements "$here/entitlements.plist" --sign "$identity" "$app"
    codesign --verify --deep --strict --verbose=2 "$app"
fi

stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
cp -R "$app" "$stage/"
ln -s /Applications "$stage/Applications"
rm -f "$dmg"
hdiutil create -volname Overtitle -srcfolder "$stage" -fs HFS+ -format UDZO "$dmg"

if [ -n "$identity" ]; then
    codesign --timestamp --sign "$identity" "$dmg"
fi
if [ -n "$notary" ]; then
    xcrun notarytool submit "$dmg" --keychain-profile "$notary" --wait
    xcrun stapler staple "$dmg"
    spctl --assess --type open --context context:primary-signature --verbose "$dmg"
fi
