/*
 * Names that others chose, and sentences that have them: what turns the
 * direction of the rest is shown, not done, or "gpj.exe" reads as a picture.
 */

const turning = /[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/g;

export function plain(text) {
    return String(text ?? "").replaceAll(turning, (one) => "[U+"
        + one.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")
        + "]");
}
