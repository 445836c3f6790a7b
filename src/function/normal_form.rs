//! The normal forms of Unicode: the same text can be spelt in several ways.

use crate::syntax::ast::NormalForm;
use crate::value::Value;
use std::sync::Arc;
use unicode_normalization::{UnicodeNormalization, is_nfc, is_nfd, is_nfkc, is_nfkd};

/// Whether a string is in a normal form; null of all that is no string.
pub fn is_normalized(value: &Value, form: NormalForm) -> Value {
    let Value::String(text) = value else { return Value::Null };
    Value::Boolean(match form {
        NormalForm::Nfc => is_nfc(text),
        NormalForm::Nfd => is_nfd(text),
        NormalForm::Nfkc => is_nfkc(text),
        NormalForm::Nfkd => is_nfkd(text),
    })
}

/// A string in a normal form.
pub(super) fn normalized(text: &Arc<str>, form: NormalForm) -> Arc<str> {
    if matches!(is_normalized(&Value::String(text.clone()), form), Value::Boolean(true)) {
        return text.clone();
    }
    let normal: String = match form {
        NormalForm::Nfc => text.nfc().collect(),
        NormalForm::Nfd => text.nfd().collect(),
        NormalForm::Nfkc => text.nfkc().collect(),
        NormalForm::Nfkd => text.nfkd().collect(),
    };
    normal.into()
}
