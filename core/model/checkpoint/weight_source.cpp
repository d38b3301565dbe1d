// SPDX-License-Identifier: Apache-2.0
#include "core/model/checkpoint/weight_source.h"

#include <algorithm>
#include <utility>

#include "core/model/checkpoint/file_error.h"
#include "core/model/checkpoint/shard_set.h"
#include "core/model/checkpoint/stored_tensor.h"

namespace faststar::model
{

std::int64_t TensorInfo::elements() const
{
    std::int64_t count = 1;
    for (const std::int64_t axis : shape)
        count *= axis;
    return count;
}

struct WeightSource::Impl {
    std::filesystem::path path;
    std::vector<TensorInfo> infos;     // sorted by name
    std::vector<StoredTensor> tensors; // the same order
    Maker maker;                       // in place of all these
};

WeightSource::WeightSource(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
WeightSource::WeightSource(WeightSource &&) noexcept = default;
WeightSource &WeightSource::operator=(WeightSource &&) noexcept = default;
WeightSource::~WeightSource() = default;

Result<WeightSource> WeightSource::open(const std::filesystem::path &path,
                                        const std::vector<std::string> &dictionaries)
{
    auto tensors = readCheckpoint(path, dictionaries);
    if (!tensors)
        return tl::unexpected(tensors.error());
    auto impl = std::make_unique<Impl>();
    impl->path = path;
    impl->tensors = std::move(*tensors);
    std::ranges::sort(impl->tensors, {},
                      [](const StoredTensor &tensor) -> const std::string & { return tensor.info.name; });
    impl->infos.reserve(impl->tensors.size());
    for (const auto &tensor : impl->tensors)
        impl->infos.push_back(tensor.info);
    return WeightSource(std::move(impl));
}

WeightSource WeightSource::made(Maker maker)
{
    auto impl = std::make_unique<Impl>();
    impl->maker = std::move(maker);
    return WeightSource(std::move(impl));
}

const std::vector<TensorInfo> &WeightSource::tensors() const
{
    return m_impl->infos;
}

const TensorInfo *WeightSource::find(std::string_view name) const
{
    const auto found = std::ranges::lower_bound(m_impl->infos, name, {}, &TensorInfo::name);
    return found != m_impl->infos.end() && found->name == name ? &*found : nullptr;
}

const std::filesystem::path &WeightSource::path() const
{
    return m_impl->path;
}

Result<at::Tensor> WeightSource::load(std::string_view name, const std::vector<std::int64_t> &shape,
                                      at::ScalarType type) const
{
    if (m_impl->maker)
        return m_impl->maker(name, shape, type);
    const TensorInfo *info = find(name);
    if (info == nullptr)
        return tensorFailure(ErrorCode::ModelMismatch, m_impl->path, name, "it is missing");
    if (info->shape != shape)
        return tensorFailure(ErrorCode::ModelMismatch, info->file, name,
                             "its shape is " + shapeText(info->shape) + ", expected " + shapeText(shape));
    const bool wantsFloat = at::isFloatingType(type);
    if (wantsFloat != at::isFloatingType(info->type))
        return tensorFailure(ErrorCode::ModelMismatch, info->file, name,
                             std::string("its elements are ") + c10::toString(info->type) + ", expected " +
                                 c10::toString(type));
    const auto index = static_cast<std::size_t>(info - m_impl->infos.data());
    return copyTensor(m_impl->tensors[index], type);
}

} // namespace faststar::model
