// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include <fstream>

#include "app/cli/bench_stats.h"
#include "app/cli/exports.h"
#include "app/cli/output_folder.h"
#include "app/cli/output_plan.h"
#include "core/files/png.h"
#include "tests/cli/cli_fixture.h"

using namespace faststar;
using namespace faststar::test;

namespace
{

using Names = std::set<std::string>;
using cli::Frames;

// A pruned step of a video clip with 2 x 2 positions and 2 latent frames: position i is kept where bit i is
// set.
std::shared_ptr<const StepEvent> prunedStep(unsigned bits)
{
    auto event = std::make_shared<StepEvent>();
    event->index = {1, 9, 4, 0, 17};
    event->pruned = true;
    auto record = std::make_shared<StepRecord>();
    auto scores = std::make_shared<ScoreMaps>();
    const GridShape shape{2, 2, 2};
    record->mask.shape = scores->score.shape = scores->spatialSimilarity.shape = shape;
    for (unsigned i = 0; i < 8; ++i) {
        record->mask.values.push_back(bits >> i & 1u);
        scores->score.values.push_back(float(i) / 8.0f);
        scores->spatialSimilarity.values.push_back(1.0f - float(i) / 8.0f);
        if ((bits >> i & 1u) != 0)
            record->tokens.push_back(std::int32_t(i));
    }
    event->record = record;
    event->scores = scores;
    return event;
}

Frames greyFrames(int count, int width, int height)
{
    return Frames(
        std::size_t(count),
        Image{width, height, std::vector<std::uint8_t>(std::size_t(width) * std::size_t(height) * 3, 128)});
}

} // namespace

class TestOutputs : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aFolderAppearsWhole()
    {
        CliFixture cli;
        {
            auto folder = cli::OutputFolder::create(cli.path("new"), false);
            QVERIFY(folder.has_value());
            QVERIFY(folder->makeFolder("sub").has_value());
            std::ofstream(folder->path() / "sub" / "file") << "x";
            QVERIFY(!std::filesystem::exists(cli.path("new")));
            QVERIFY(folder->commit().has_value());
        }
        QVERIFY((cli.names() == Names{"new", "new/sub", "new/sub/file"}));
        {
            auto givenUp = cli::OutputFolder::create(cli.path("never"), false);
            std::ofstream(givenUp->path() / "file") << "x";
        }
        QVERIFY((cli.names() == Names{"new", "new/sub", "new/sub/file"}));
    }

    void aFullFolderIsKeptUnlessAllowed()
    {
        CliFixture cli;
        std::filesystem::create_directory(cli.path("mine"));
        cli.write("mine/precious", "1");
        cli.write("mine/file", "old");
        const auto refused = cli::OutputFolder::create(cli.path("mine"), false);
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::AlreadyExists);
        auto folder = cli::OutputFolder::create(cli.path("mine/"), true);
        QVERIFY(folder.has_value());
        std::ofstream(folder->path() / "file") << "new";
        QVERIFY(folder->makeFolder("sub").has_value());
        std::ofstream(folder->path() / "sub" / "file") << "new";
        QVERIFY(folder->commit().has_value());
        QVERIFY((cli.names() == Names{"mine", "mine/precious", "mine/file", "mine/sub", "mine/sub/file"}));
        QCOMPARE(cli.read("mine/precious"), std::string("1"));
        QCOMPARE(cli.read("mine/file"), std::string("new"));
    }

    void aFolderFilledMeanwhileIsNotMixed()
    {
        CliFixture cli;
        {
            auto folder = cli::OutputFolder::create(cli.path("race"), false);
            std::ofstream(folder->path() / "ours") << "x";
            std::filesystem::create_directory(cli.path("race"));
            cli.write("race/theirs", "y");
            const auto committed = folder->commit();
            QVERIFY(!committed);
            QCOMPARE(committed.error().code, ErrorCode::AlreadyExists);
        }
        QVERIFY((cli.names() == Names{"race", "race/theirs"}));
        std::filesystem::create_directory(cli.path("empty"));
        auto folder = cli::OutputFolder::create(cli.path("empty"), false);
        std::ofstream(folder->path() / "ours") << "x";
        QVERIFY(folder->commit().has_value());
        QVERIFY(cli.names().contains("empty/ours"));
    }

    void aFolderThatCannotBeMadeIsAnError()
    {
        CliFixture cli;
        const auto folder = cli::OutputFolder::create(cli.path("absent/new"), false);
        QVERIFY(!folder);
        QCOMPARE(folder.error().code, ErrorCode::WriteFailed);
    }

    void linksToTheSamePlaceAreSeen()
    {
        CliFixture cli;
        std::filesystem::create_directory(cli.path("real"));
        std::filesystem::create_directory_symlink(cli.path("real"), cli.path("link"));
        cli::OutputPlan plan;
        plan.clip = cli.path("real/x.mp4");
        plan.overlay = cli.path("link/x.mp4");
        const auto checked = cli::checkOutputs({plan}, {});
        QVERIFY(!checked);
        QVERIFY(checked.error().detail.find("is also --output") != std::string::npos);
        plan.overlay = cli.path("link/y.mp4");
        QVERIFY(cli::checkOutputs({plan}, {}).has_value());
    }

    void masksAreWhiteWhereKept()
    {
        CliFixture cli;
        QVERIFY(
            cli::writeMasks(cli.path("masks"), {prunedStep(0b10010110)}, cli.media, 16, false).has_value());
        QVERIFY((cli.names() == Names{"masks", "masks/09.0", "masks/09.0/tau_00.png", "masks/09.0/tau_01.png",
                                      "masks/masks.mp4"}));
        const auto first = files::readPng(cli.path("masks/09.0/tau_00.png"));
        const auto second = files::readPng(cli.path("masks/09.0/tau_01.png"));
        QVERIFY(first.has_value() && second.has_value());
        const auto bits = [](const Image &image) {
            return std::vector<int>{image.rgb[0], image.rgb[3], image.rgb[6], image.rgb[9]};
        };
        QVERIFY((bits(first->image) == std::vector<int>{0, 255, 255, 0}));
        QVERIFY((bits(second->image) == std::vector<int>{255, 0, 0, 255}));
        QCOMPARE(first->image.width, 2);
    }

    void scoresWithoutATemporalTermLackIt()
    {
        CliFixture cli;
        QVERIFY(cli::writeScores(cli.path("s.npz"), {prunedStep(0b11)}, false).has_value());
        const auto content = cli.read("s.npz");
        QVERIFY(content.find("step/09.0/score.npy") != std::string::npos);
        QCOMPARE(content.find("temporal_similarity"), std::string::npos);
        const auto again = cli::writeScores(cli.path("s.npz"), {prunedStep(0b11)}, false);
        QVERIFY(!again);
        QCOMPARE(again.error().code, ErrorCode::AlreadyExists);
    }

    void theOverlayTouchesPrunedClipsOnly()
    {
        CliFixture cli;
        Schedule schedule;
        schedule.clips = {{0, 1}, {1, 2}};
        const auto frames = greyFrames(9, 32, 32);
        Frames shown;
        cli.media.seeFrames = [&](const std::vector<Image> &written) { shown = written; };
        QVERIFY(
            cli::writeOverlay(cli.path("o.mp4"), frames, {prunedStep(0b1)}, schedule, cli.media, 16, false)
                .has_value());
        QCOMPARE(shown.size(), frames.size());
        QVERIFY(shown[0] == frames[0]); // the image clip
        for (std::size_t i = 1; i < shown.size(); ++i)
            QVERIFY(!(shown[i] == frames[i]));
        QVERIFY(shown[1] == shown[4]); // one latent frame
        QVERIFY(!(shown[4] == shown[5]));
    }

    void previewsStandSideBySide()
    {
        CliFixture cli;
        const Frames pictures{Image{1, 2, {1, 1, 1, 2, 2, 2}}, Image{2, 1, {3, 3, 3, 4, 4, 4}}};
        QVERIFY(cli::writePreview(cli.path("p.png"), pictures).has_value());
        const auto read = files::readPng(cli.path("p.png"));
        QVERIFY(read.has_value());
        QVERIFY((read->image == Image{3, 2, {1, 1, 1, 3, 3, 3, 4, 4, 4, 2, 2, 2, 0, 0, 0, 0, 0, 0}}));
        QVERIFY(cli::writePreview(cli.path("none.png"), {}).has_value());
        QVERIFY(!cli.names().contains("none.png"));
    }

    void mediansAreOfEachStage()
    {
        const std::vector<cli::BenchSeconds> runs{{1, 9, 2, 5, 0}, {2, 1, 8, 5, 0}, {9, 2, 1, 5, 1}};
        const auto median = cli::medianOf(runs);
        QCOMPARE(median.text, 2.0);
        QCOMPARE(median.imageClip, 2.0);
        QCOMPARE(median.videoClip, 2.0);
        QCOMPARE(median.encode, 0.0);
        QCOMPARE(median.total(), 11.0);
        QCOMPARE(cli::medianOf(std::span(runs).first(2)).text, 1.5);
    }
};

QTEST_GUILESS_MAIN(TestOutputs)
#include "tst_outputs.moc"
