// SPDX-License-Identifier: Apache-2.0
#include "app/studio/window/parts/error_texts.h"

#include <QCoreApplication>
#include <QRegularExpression>

namespace faststar::studio
{

namespace
{

QString words(const char *source)
{
    return QCoreApplication::translate("Errors", source);
}

// What core/domain/validate.cpp says, with its numbers.
struct Sentence {
    const char *pattern;
    const char *text;
};

constexpr Sentence kSentences[] = {
    {"^(\\S+) is not from (\\S+) to (\\S+)$", QT_TRANSLATE_NOOP("Errors", "%1 is not from %2 to %3.")},
    {"^(\\S+) is not 1 \\+ 4k; the nearest are (\\d+) and (\\d+)$",
     QT_TRANSLATE_NOOP("Errors", "%1 frames cannot be made; the nearest are %2 and %3.")},
    {"^(\\S+) is negative$", QT_TRANSLATE_NOOP("Errors", "%1 is negative.")},
    {"^(\\S+) is not above 0 and at most 1$",
     QT_TRANSLATE_NOOP("Errors", "%1 is not above 0 and at most 1.")},
    {"^the model was not made for '(.*)' but for (\\S+)$",
     QT_TRANSLATE_NOOP("Errors", "The model was made for %2, not for %1.")},
    {"^own_step looks at the step's own result and needs compute=full$",
     QT_TRANSLATE_NOOP("Errors", "The own step looks at its result, so it needs Compute: Full.")},
    {"^(\\S+) leaves later clips nothing to attend to with context_kv=kept_only$",
     QT_TRANSLATE_NOOP("Errors",
                       "A ratio of %1 leaves later clips nothing to attend to. Choose Context: Protect.")},
    {"^longer than a mebibyte, or no UTF-8 text$",
     QT_TRANSLATE_NOOP("Errors", "The text is longer than a mebibyte.")},
    {"^'(.*)' is no whole number$", QT_TRANSLATE_NOOP("Errors", "“%1” is no whole number.")},
};

// What the engine and the readers of models say besides.
constexpr Sentence kWarnings[] = {
    {"^the prompt is longer than (\\d+) tokens and was cut$",
     QT_TRANSLATE_NOOP("Errors", "The prompt is longer than %1 tokens: the model did not read its end.")},
    {"^the negative prompt is longer than (\\d+) tokens and was cut$",
     QT_TRANSLATE_NOOP("Errors",
                       "The negative prompt is longer than %1 tokens: the model did not read its end.")},
    {"^continuing from (\\d+) frames is outside the released training \\((\\d+) frames\\)$",
     QT_TRANSLATE_NOOP("Errors", "The model was trained to continue %2 frames, not %1.")},
    {"^(.*): tensors that the network does not use: (.*)$",
     QT_TRANSLATE_NOOP("Errors", "A file of the model holds weights that are not used.")},
    {"^(.*): the key (.*) is unknown and ignored$",
     QT_TRANSLATE_NOOP("Errors", "The model's description says something that is not known here: %2.")},
};

template <std::size_t count> QString sentenceFor(QString detail, const Sentence (&sentences)[count])
{
    for (const Sentence &sentence : sentences) {
        const auto match = QRegularExpression(QLatin1String(sentence.pattern)).match(detail);
        if (!match.hasMatch())
            continue;
        QString text = words(sentence.text);
        for (int i = 1; i <= match.lastCapturedIndex(); ++i)
            text.replace(QStringLiteral("%%1").arg(i), match.captured(i));
        return text;
    }
    return detail;
}

} // namespace

QString sentenceOf(const FieldError &error)
{
    return sentenceFor(QString::fromStdString(error.detail), kSentences);
}

QString warningOf(const QString &message)
{
    return sentenceFor(message, kWarnings);
}

QString headlineOf(ErrorCode code)
{
    switch (code) {
    case ErrorCode::InvalidRequest:
        return words(QT_TRANSLATE_NOOP("Errors", "This cannot be done as asked"));
    case ErrorCode::AlreadyExists:
        return words(QT_TRANSLATE_NOOP("Errors", "A file of that name exists already"));
    case ErrorCode::NotFound:
        return words(QT_TRANSLATE_NOOP("Errors", "Something that is needed was not found"));
    case ErrorCode::Unreadable:
        return words(QT_TRANSLATE_NOOP("Errors", "A file cannot be read"));
    case ErrorCode::CorruptFile:
        return words(QT_TRANSLATE_NOOP("Errors", "A file is damaged or not what it should be"));
    case ErrorCode::UnknownFormat:
        return words(QT_TRANSLATE_NOOP("Errors", "This program does not read a file of that kind"));
    case ErrorCode::ModelMismatch:
        return words(QT_TRANSLATE_NOOP("Errors", "The model does not fit together"));
    case ErrorCode::Unsupported:
        return words(QT_TRANSLATE_NOOP("Errors", "This build or machine cannot do that"));
    case ErrorCode::InsufficientMemory:
        return words(QT_TRANSLATE_NOOP("Errors", "There is too little memory, so nothing was started"));
    case ErrorCode::OutOfMemory:
        return words(QT_TRANSLATE_NOOP("Errors", "The memory ran out"));
    case ErrorCode::DeviceLost:
        return words(QT_TRANSLATE_NOOP("Errors", "The accelerator stopped answering"));
    case ErrorCode::WriteFailed:
        return words(QT_TRANSLATE_NOOP("Errors", "A file could not be written"));
    case ErrorCode::ToleranceExceeded:
        return words(QT_TRANSLATE_NOOP("Errors", "The comparison is over its tolerance"));
    case ErrorCode::Internal:
        break;
    }
    return words(QT_TRANSLATE_NOOP("Errors", "A defect of this program stopped it"));
}

} // namespace faststar::studio
