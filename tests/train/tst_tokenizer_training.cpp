// SPDX-License-Identifier: Apache-2.0
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include "app/train/drawn_clips.h"
#include "app/train/tokenizer_training.h"
#include "core/model/tokenizer.h"

using namespace faststar;
using namespace faststar::train;

class TestTokenizerTraining : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void captionsBecomeFewTokens();
    void sameOptionsSameBytes();
    void badInputIsRefused();
};

void TestTokenizerTraining::captionsBecomeFewTokens()
{
    const QTemporaryDir folder;
    const std::filesystem::path path(folder.path().toStdString());
    TokenizerOptions options;
    options.captions = 6000;
    const auto trained = writeTokenizer(options, path);
    QVERIFY(trained.has_value());
    QVERIFY2(trained->pieces > 100 && trained->pieces <= options.mostPieces,
             std::to_string(trained->pieces).c_str());
    QVERIFY2(trained->longestCaption <= 56, std::to_string(trained->longestCaption).c_str());

    const auto tokenizer = model::Tokenizer::load(path / "spiece.model", trained->pieces);
    QVERIFY(tokenizer.has_value());
    const auto ids = (*tokenizer)->encode("a red circle moving right on a plain blue background");
    QVERIFY2(ids.size() <= 11, std::to_string(ids.size()).c_str()); // ten words
    // Clips never seen: nothing unknown (2).
    for (std::uint64_t index = 0; index < 300; ++index) {
        const auto unseen = (*tokenizer)->encode(makeScene(977, index, 1.75, 17).caption);
        QVERIFY(std::find(unseen.begin(), unseen.end(), 2) == unseen.end());
    }
    QVERIFY(model::Tokenizer::load(path / "spiece.model", trained->pieces - 1).error().code ==
            ErrorCode::ModelMismatch);
}

void TestTokenizerTraining::sameOptionsSameBytes()
{
    TokenizerOptions options;
    options.captions = 500;
    const auto first = trainTokenizer(options);
    QVERIFY(first.has_value());
    QVERIFY(first->model == trainTokenizer(options)->model);
    options.seed = 2;
    QVERIFY(first->model != trainTokenizer(options)->model);
}

void TestTokenizerTraining::badInputIsRefused()
{
    TokenizerOptions options;
    options.captions = 10;
    QVERIFY(trainTokenizer(options).error().code == ErrorCode::InvalidRequest);
    options.captions = 200;
    QVERIFY(writeTokenizer(options, "/nowhere/at/all").error().code == ErrorCode::NotFound);
    QVERIFY(readTokenizer("/nowhere/at/all").error().code == ErrorCode::NotFound);
    const QTemporaryDir folder;
    QFile file(folder.filePath("spiece.model"));
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write("no model") == 8);
    file.close();
    QVERIFY(readTokenizer(folder.path().toStdString()).error().code == ErrorCode::CorruptFile);
}

QTEST_GUILESS_MAIN(TestTokenizerTraining)
#include "tst_tokenizer_training.moc"
