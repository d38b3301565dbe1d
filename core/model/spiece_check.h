// SPDX-License-Identifier: Apache-2.0
//
// Checks a SentencePiece model before the library sees it. The library trusts two things that it
// later indexes with: the double-array trie of the normaliser table and the strings it points to. A
// damaged file would make it read outside its buffers.
#pragma once

#include <string>
#include <string_view>

#include "core/domain/result.h"

namespace faststar::model
{

// `data` is the whole file (a protobuf message, untrusted). CorruptFile with a detail that starts with
// `fileName` when the message is cut, a piece is unusable, or a normaliser table points outside itself.
[[nodiscard]] Status checkSentencePieceModel(std::string_view data, const std::string &fileName);

} // namespace faststar::model
